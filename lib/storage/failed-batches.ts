import { Duration, RemovalPolicy as Removal, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq, IEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../checks/acknowledge.ts';

/** Time to find out why a batch failed; raw rows are kept longer, so that a late replay is still recognised. */
export const KEPT_DAYS = 30;
/** Lambda names its objects `aws/lambda/MAPPING/…`. */
const PREFIX = 'aws/lambda/*';

/** The bucket for batches that a mapping gave up. A replayed one is deleted, and its old version kept for as long again. */
export class FailedBatches extends Construct implements IEventSourceDlq {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { removalPolicy: RemovalPolicy }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        {
          expiration: Duration.days(KEPT_DAYS),
          noncurrentVersionExpiration: Duration.days(KEPT_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: props.removalPolicy,
      autoDeleteObjects: props.removalPolicy === Removal.DESTROY,
    });
    acknowledge(
      this.bucket,
      'S1',
      'Lambda writes here and one function reads; data events of CloudTrail record each access where that is asked for',
    );
  }

  /** Lets the mapping of a function write here, and no more. */
  bind(_mapping: IEventSourceMapping, consumer: IFunction): DlqDestinationConfig {
    this.grant(consumer, ['s3:PutObject']);
    return { destination: this.bucket.bucketArn };
  }

  /** Lets a function read and remove batches. */
  grantReplay(replayer: IFunction): void {
    this.grant(replayer, ['s3:GetObject', 's3:DeleteObject']);
  }

  private grant(grantee: IFunction, actions: string[]): void {
    const { bucketArn } = this.bucket;
    grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [this.bucket.arnForObjects(PREFIX)] }));
    grantee.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn] }));
    const stack = Stack.of(this);
    const { 'Fn::ImportValue': exported }: { 'Fn::ImportValue': string } = stack.resolve(stack.exportValue(bucketArn));
    acknowledge(
      grantee.role ?? grantee,
      `IAM5[Resource::${exported}/${PREFIX}]`,
      'the names of the objects are made by Lambda',
    );
  }
}
