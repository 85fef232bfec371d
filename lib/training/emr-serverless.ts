import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunctionConstruct } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StageSettings, TrainingSettings } from '../../platform/stage-settings.ts';
import { acknowledge } from '../checks/acknowledge.ts';
import { SparkJobFiles } from './spark-job.ts';
import { sparkSubmitParameters } from './spark-submit-parameters.ts';

export type EmrServerlessSettings = Extract<TrainingSettings, { kind: 'emr-serverless' }>;

/** Long before the next night; a run that takes longer is cancelled and rings. */
const TIMEOUT_MINUTES = 360;
const IDLE_MINUTES = 5;

type Props = {
  settings: StageSettings;
  training: EmrServerlessSettings;
  trainerSecret: Secret;
  /** Plans a run, starts the job, and finishes the model when it is told that the job is done. */
  train: LambdaFunctionConstruct;
};

/**
 * The big part of the training on Spark, where nothing runs and nothing costs between the runs. It needs a network with a way
 * out, because EMR Serverless has none of its own, and Neon and Maven Central are outside.
 */
export class EmrServerlessTraining extends Construct {
  constructor(scope: Construct, id: string, { settings, training, trainerSecret, train }: Props) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/emr-serverless/${applicationName(settings)}`,
      retention: settings.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const application = createApplication(this, settings, training, logGroup);
    const files = new SparkJobFiles(this, 'Files');
    const role = createJobRole(this, files, logGroup);
    trainerSecret.grantRead(role);
    train.addEnvironment('SPARK_JOB', jobOf(this, { application, files, role, training }));
    allowStart(train, application, role);
    new Rule(this, 'JobEnded', {
      description: 'finishes the model when Spark is done, and rings when it failed',
      eventPattern: {
        source: ['aws.emr-serverless'],
        detailType: ['EMR Serverless Job Run State Change'],
        detail: { applicationId: [application.attrApplicationId], state: ['SUCCESS', 'FAILED', 'CANCELLED'] },
      },
      targets: [new LambdaFunction(train)],
    });
  }
}

const applicationName = ({ stage }: StageSettings) => `bazaarstream-${stage}-train`;

function createApplication(
  scope: Construct,
  settings: StageSettings,
  { releaseLabel, maxVcpu, maxMemoryGib, subnetIds, securityGroupIds }: EmrServerlessSettings,
  logGroup: LogGroup,
): CfnApplication {
  return new CfnApplication(scope, 'Application', {
    name: applicationName(settings),
    type: 'Spark',
    releaseLabel,
    architecture: 'ARM64',
    autoStartConfiguration: { enabled: true },
    autoStopConfiguration: { enabled: true, idleTimeoutMinutes: IDLE_MINUTES },
    maximumCapacity: { cpu: `${maxVcpu} vCPU`, memory: `${maxMemoryGib} GB` },
    networkConfiguration: { subnetIds, securityGroupIds },
    // Two runs at once would take each other's workers, for one model.
    schedulerConfiguration: { maxConcurrentRuns: 1, queueTimeoutMinutes: TIMEOUT_MINUTES },
    monitoringConfiguration: {
      cloudWatchLoggingConfiguration: { enabled: true, logGroupName: logGroup.logGroupName },
    },
  });
}

/** What the job itself may do: read its files and its secret, write its log. */
function createJobRole(scope: Construct, files: SparkJobFiles, logGroup: LogGroup): Role {
  const { account } = Stack.of(scope);
  const sourceArn = Stack.of(scope).formatArn({
    service: 'emr-serverless',
    resource: '/applications',
    resourceName: '*',
  });
  const conditions = { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sourceArn } };
  const role = new Role(scope, 'JobRole', {
    assumedBy: new ServicePrincipal('emr-serverless.amazonaws.com', { conditions }),
    description: 'what the Spark job of the training may do',
  });
  const assets = [files.entryPoint, files.modules, files.packages];
  role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: assets.map(objectArn) }));
  const writes = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'];
  role.addToPolicy(new PolicyStatement({ actions: writes, resources: [logGroup.logGroupArn] }));
  const allGroups = Stack.of(scope).formatArn({
    ...{ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
  });
  role.addToPolicy(new PolicyStatement({ actions: ['logs:DescribeLogGroups'], resources: [allGroups] }));
  acknowledge(
    role,
    'IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*]',
    'EMR asks which log groups there are; it reads none',
  );
  return role;
}

const objectArn = ({ bucket, s3ObjectKey }: Asset) => bucket.arnForObjects(s3ObjectKey);

function jobOf(
  scope: Construct,
  {
    application,
    files,
    role,
    training,
  }: {
    application: CfnApplication;
    files: SparkJobFiles;
    role: Role;
    training: EmrServerlessSettings;
  },
): string {
  return Stack.of(scope).toJsonString({
    applicationId: application.attrApplicationId,
    executionRoleArn: role.roleArn,
    executionTimeoutMinutes: TIMEOUT_MINUTES,
    entryPoint: files.entryPoint.s3ObjectUrl,
    sparkSubmitParameters: sparkSubmitParameters({
      modules: files.modules.s3ObjectUrl,
      packages: files.packages.s3ObjectUrl,
      maxVcpu: training.maxVcpu,
    }),
  });
}

function allowStart(train: LambdaFunctionConstruct, application: CfnApplication, role: Role): void {
  train.addToRolePolicy(
    new PolicyStatement({ actions: ['emr-serverless:StartJobRun'], resources: [application.attrArn] }),
  );
  train.addToRolePolicy(
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
    }),
  );
}
