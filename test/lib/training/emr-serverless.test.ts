import { describe, expect, test } from 'vitest';
import { sparkJobSchema } from '../../../lambdas/train-with-spark/spark-job.ts';
import { ARN, evaluate } from '../evaluate.ts';
import { rolePermissions } from '../permissions.ts';
import { profileNames } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const NAME = 'bazaarstream-prod-train';

describe('training with Spark', async () => {
  const stage = await synthesized('msk');
  const evaluated = (type: string) =>
    propertiesOf(stage.app, type).map((properties) => evaluate(stage, 'app', properties)) as Record<string, unknown>[];
  const [application] = evaluated('AWS::EMRServerless::Application');
  const train = evaluated('AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === NAME);
  const { Variables } = (train?.Environment ?? {}) as { Variables?: Record<string, string> };
  const job = sparkJobSchema.parse(JSON.parse(Variables?.SPARK_JOB ?? '{}'));

  test('costs nothing between runs, takes no more than was set, and stands in a network with a way out', () => {
    expect(application).toMatchObject({
      Type: 'Spark',
      ReleaseLabel: 'emr-7.13.0',
      Architecture: 'ARM64',
      AutoStopConfiguration: { Enabled: true },
      MaximumCapacity: { Cpu: '32 vCPU', Memory: '224 GB' },
      NetworkConfiguration: {
        SubnetIds: ['subnet-0123456789abcdef3', 'subnet-0123456789abcdef4'],
        SecurityGroupIds: ['sg-0123456789abcdef1'],
      },
    });
    expect(application).not.toHaveProperty('InitialCapacity');
  });

  test('the workers that a run asks for fit into the capacity', () => {
    const setting = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(job.sparkSubmitParameters)?.[1]);
    const workers = setting('spark.dynamicAllocation.maxExecutors') + 1;
    expect(workers * setting('spark.executor.cores')).toBeLessThanOrEqual(32);
    const gigabytes = setting('spark.executor.memory') + setting('spark.executor.memoryOverhead');
    expect(workers * gigabytes).toBeLessThanOrEqual(224);
    expect(gigabytes).toBeLessThanOrEqual(30);
  });

  test('the job reads its own files and the secret of its role, and writes its log', () => {
    const role =
      job.executionRoleArn
        .split('/')
        .at(-1)
        ?.replace(/[<>]|\..*/g, '') ?? '';
    const { allowed, managedPolicies } = rolePermissions(stage, 'app', role);
    const files = [job.entryPoint, ...job.sparkSubmitParameters.matchAll(/s3:\/\/[^\s#]+/g)].map(
      (file) => `s3:GetObject ${String(file).replace('s3://', '')}`,
    );
    const secret = 'secret:bazaarstream/prod/database-trainer';
    expect(files).toHaveLength(3);
    expect(allowed).toEqual(
      [
        ...files,
        ...['CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map(
          (action) => `logs:${action} log-group:/aws/emr-serverless/${NAME}:*`,
        ),
        'logs:DescribeLogGroups log-group:*',
        `secretsmanager:DescribeSecret ${secret}`,
        `secretsmanager:GetSecretValue ${secret}`,
      ].sort(),
    );
    expect(managedPolicies).toEqual([]);
  });

  test('only EMR Serverless may take the role, for applications of this account', () => {
    const [trust] = evaluated('AWS::IAM::Role')
      .map(({ AssumeRolePolicyDocument }) => (AssumeRolePolicyDocument as { Statement: object[] }).Statement)
      .filter((statements) => JSON.stringify(statements).includes('emr-serverless'));
    expect(trust).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'emr-serverless.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': `arn:aws:emr-serverless:${ARN}:/applications/*` },
        },
      },
    ]);
  });

  test('the function starts this job by the clock and hears how it ended', () => {
    const [rule] = evaluated('AWS::Events::Rule');
    expect(rule).toMatchObject({
      EventPattern: {
        source: ['aws.emr-serverless'],
        'detail-type': ['EMR Serverless Job Run State Change'],
        detail: { applicationId: [job.applicationId], state: ['SUCCESS', 'FAILED', 'CANCELLED'] },
      },
      Targets: [{ Arn: expect.stringMatching(/train/i) }],
    });
    const schedules = evaluated('AWS::Scheduler::Schedule').filter(
      ({ Description }) => Description === 'trains the model',
    );
    expect(schedules).toHaveLength(1);
  });
});

test.each(profileNames.filter((name) => name !== 'msk'))('%s has no part of it', async (profile) => {
  const { app } = await synthesized(profile);
  expect(Object.keys(resourcesOf(app, 'AWS::EMRServerless::Application'))).toEqual([]);
});
