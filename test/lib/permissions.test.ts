import { describe, expect, test } from 'vitest';
import { topicNames } from '../../events/topics.ts';
import { functionPermissions, rolePermissions } from './permissions.ts';
import { profileNames } from './profiles.ts';
import { resourcesOf } from './stack-template.ts';
import { synthesized } from './synthesized.ts';

const NAME = 'bazaarstream-prod';
const CLUSTER = `${NAME}/uuid-1`;
const BUCKET = 'FailedBatchesBucketD51F47E2';

const on = (resource: string, ...actions: string[]) => actions.map((action) => `${action} ${resource}`);
const ownLog = (name: string) =>
  on(`log-group:/aws/lambda/${NAME}-${name}:*`, 'logs:CreateLogStream', 'logs:PutLogEvents');
const traces = on('*', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments');
const reads = (secret: string) =>
  on(`secret:bazaarstream/prod/${secret}`, 'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue');
const interfaces = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces'];
const functionInNetwork = on(
  '*',
  ...interfaces,
  'ec2:AssignPrivateIpAddresses',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
);
const mappingInNetwork = on(
  '*',
  ...interfaces,
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
);

const consumer = (name: string, topic: string) => [
  ...ownLog(name),
  ...traces,
  ...mappingInNetwork,
  ...reads('database-writer'),
  ...on(`cluster/${CLUSTER}`, 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'),
  ...on(`cluster/${CLUSTER}`, 'kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'),
  ...on(`topic/${CLUSTER}/${topic}`, 'kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'),
  ...on(`group/${CLUSTER}/${NAME}-${name}`, 'kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'),
  ...on(`${BUCKET}/aws/lambda/*`, 's3:PutObject'),
  ...on(BUCKET, 's3:ListBucket'),
];
const roles = [
  'database-writer',
  'database-reader',
  'database-bi',
  'database-maintainer',
  'database-catalogue',
  'database-trainer',
  'database-people',
  'database-repairer',
];

/** All that each function may do. Whoever adds to it says here what its code needs it for. */
const table: Record<string, string[]> = {
  ingestion: [
    ...ownLog('ingestion'),
    ...functionInNetwork,
    ...on(`cluster/${CLUSTER}`, 'kafka-cluster:Connect'),
    ...topicNames.flatMap((topic) =>
      on(`topic/${CLUSTER}/${topic}`, 'kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'),
    ),
  ],
  authorize: [...ownLog('authorize'), ...traces, ...reads('api-keys')],
  recommend: [...ownLog('recommend'), ...traces, ...reads('database-reader'), ...reads('user-token-signing')],
  catalogue: [...ownLog('catalogue'), ...traces, ...reads('database-catalogue')],
  people: [...ownLog('people'), ...traces, ...reads('database-people')],
  'process-view': consumer('process-view', 'product_views'),
  'process-cart': consumer('process-cart', 'cart_events'),
  'process-purchase': consumer('process-purchase', 'purchases'),
  migrate: [
    ...ownLog('migrate'),
    ...traces,
    ...reads('database-owner-??????'),
    ...roles.flatMap(reads),
    ...roles.flatMap((role) => on(`secret:bazaarstream/prod/${role}`, 'secretsmanager:PutSecretValue')),
  ],
  maintain: [...ownLog('maintain'), ...traces, ...reads('database-maintainer')],
  train: [...ownLog('train'), ...traces, ...reads('database-trainer')],
  'replay-failed-batches': [
    ...ownLog('replay-failed-batches'),
    ...traces,
    ...on(`${BUCKET}/aws/lambda/*`, 's3:GetObject', 's3:DeleteObject'),
    ...on(BUCKET, 's3:ListBucket'),
    ...['process-view', 'process-cart', 'process-purchase'].flatMap((name) =>
      on(`function:${NAME}-${name}`, 'lambda:InvokeFunction'),
    ),
  ],
};

describe('with a cluster of our own', async () => {
  const permissions = functionPermissions(await synthesized('express'));

  test('the table has every function', () => {
    expect(Object.keys(permissions).sort()).toEqual(
      Object.keys(table)
        .map((name) => `${NAME}-${name}`)
        .sort(),
    );
  });

  test.each(Object.keys(table))('%s may do what its code needs, and nothing else', (name) => {
    expect(permissions[`${NAME}-${name}`]?.allowed).toEqual([...(table[name] ?? [])].sort());
    expect(permissions[`${NAME}-${name}`]?.managedPolicies).toEqual([]);
  });

  test('no code may touch the network interfaces that its role is for', () => {
    expect(permissions[`${NAME}-ingestion`]?.denied).toEqual([...functionInNetwork].sort());
    expect(permissions[`${NAME}-process-cart`]?.denied).toEqual([...mappingInNetwork].sort());
  });
});

test('in a cluster that was there, consumers and publisher are held to the same three topics', async () => {
  const permissions = functionPermissions(await synthesized('msk'));
  const cluster = 'shop/0f0f0f0f-1111-2222-3333-444455556666-7';
  expect(permissions[`${NAME}-process-view`]?.allowed).toContain(
    `kafka-cluster:ReadData topic/${cluster}/product_views`,
  );
  expect(permissions[`${NAME}-ingestion`]?.allowed.filter((line) => line.includes('WriteData'))).toEqual(
    topicNames.map((topic) => `kafka-cluster:WriteData topic/${cluster}/${topic}`).sort(),
  );
});

test('elsewhere than in AWS, only who talks to the brokers reads the secret of their user', async () => {
  const permissions = functionPermissions(await synthesized('kafka'));
  const readers = Object.entries(permissions)
    .filter(([, { allowed }]) => allowed.includes('secretsmanager:GetSecretValue secret:shop/kafka-??????'))
    .map(([name]) => name.replace('bazaarstream-dev-', ''));
  expect(readers.sort()).toEqual(['create-topics', 'ingestion', 'process-cart', 'process-purchase', 'process-view']);
  expect(JSON.stringify(permissions)).not.toMatch(/kafka-cluster:|ec2:/);
});

/** Actions that know no resources. */
const KNOW_NO_RESOURCE = /^(xray:Put\w+|ec2:\w*NetworkInterfaces?|ec2:Describe\w+|ec2:(Una|A)ssignPrivateIpAddresses)$/;

test.each(profileNames)('in %s nobody may do everything, or anything to everything', async (profile) => {
  const templates = await synthesized(profile);
  const lines = (['data', 'app'] as const).flatMap((stack) =>
    Object.keys(resourcesOf(templates[stack], 'AWS::IAM::Role')).flatMap(
      (role) => rolePermissions(templates, stack, role).allowed,
    ),
  );
  const tooBroad = lines.filter((line) => {
    const [action = '', resource] = line.split(' ');
    return action.endsWith(':*') || action === '*' || (resource === '*' && !KNOW_NO_RESOURCE.test(action));
  });
  expect(lines.length).toBeGreaterThan(30);
  expect(tooBroad).toEqual([]);
});
