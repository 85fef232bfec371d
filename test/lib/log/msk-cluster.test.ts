import { describe, expect, test } from 'vitest';
import { propertiesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const clusters = {
  standard: propertiesOf((await synthesized('standard')).data, 'AWS::MSK::Cluster'),
  express: propertiesOf((await synthesized('express')).data, 'AWS::MSK::Cluster'),
};

describe.each(['standard', 'express'] as const)('a cluster of %s brokers', (kind) => {
  const [cluster, ...more] = clusters[kind];

  test('has a broker in each of three subnets', () => {
    expect(more).toEqual([]);
    const subnets = [1, 2, 3].map((n) => ({ Ref: expect.stringContaining(`brokersSubnet${n}`) }));
    expect(cluster).toMatchObject({ NumberOfBrokerNodes: 3, BrokerNodeGroupInfo: { ClientSubnets: subnets } });
  });

  test('lets in who shows by IAM who it is, over TLS, and nobody else', () => {
    expect(cluster?.ClientAuthentication).toEqual({
      Sasl: { Iam: { Enabled: true } },
      Unauthenticated: { Enabled: false },
    });
    expect(cluster?.EncryptionInfo).toEqual({ EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } });
    expect(JSON.stringify(cluster)).not.toContain('PublicAccess');
  });
});

test('express brokers bring their storage and their settings', () => {
  const [cluster] = clusters.express;
  expect(cluster?.BrokerNodeGroupInfo).not.toHaveProperty('StorageInfo');
  expect(cluster).not.toHaveProperty('ConfigurationInfo');
  expect(cluster).toMatchObject({ BrokerNodeGroupInfo: { InstanceType: 'express.m7g.large' } });
});

test('standard brokers have a volume, and make no topic that somebody mistyped', async () => {
  const { data } = await synthesized('standard');
  const [[configurationId, configuration] = ['', undefined]] = Object.entries(data.Resources).filter(
    ([, { Type }]) => Type === 'AWS::MSK::Configuration',
  );
  expect(clusters.standard[0]).toMatchObject({
    BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.large', StorageInfo: { EBSStorageInfo: { VolumeSize: 100 } } },
    ConfigurationInfo: {
      Arn: { 'Fn::GetAtt': [configurationId, 'Arn'] },
      Revision: { 'Fn::GetAtt': [configurationId, 'LatestRevision.Revision'] },
    },
  });
  const lines = String(configuration?.Properties.ServerProperties).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'auto.create.topics.enable=false',
      'min.insync.replicas=2',
      'default.replication.factor=3',
    ]),
  );
});
