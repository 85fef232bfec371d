import { describe, expect, test } from 'vitest';
import { resourcesOf } from './stack-template.ts';
import { synthesized } from './synthesized.ts';

/**
 * What holds data, or what a cluster cannot be moved out of. A resource under another id is another resource: the next
 * deploy would make an empty one and leave or delete this one.
 */
const pinned: Record<string, string[]> = {
  'AWS::MSK::Cluster': ['MskCluster46ECFC4D'],
  'AWS::MSK::Topic': ['TopicscarteventsFA0F9FA7', 'Topicsproductviews2E470F3E', 'Topicspurchases9D3CFE23'],
  'AWS::S3::Bucket': ['FailedBatchesBucketD51F47E2'],
  'AWS::SecretsManager::Secret': [
    'SecretsApiKeys7AB8F12A',
    'SecretsSigning47855BBC',
    'Secretsbazaarbi889D3976',
    'Secretsbazaarcatalogue4CD2AF1F',
    'SecretsbazaarmaintainerB1DB752E',
    'Secretsbazaarpeople527F5C8A',
    'Secretsbazaarreader7C52F700',
    'Secretsbazaarrepairer26ACDEF1',
    'Secretsbazaartrainer292C88CA',
    'Secretsbazaarwriter7403CF21',
  ],
  'AWS::EC2::VPC': ['NetworkVpc7FB7348F'],
  'AWS::EC2::Subnet': [
    'NetworkVpcbrokersSubnet1Subnet6D84854E',
    'NetworkVpcbrokersSubnet2Subnet901F57A1',
    'NetworkVpcbrokersSubnet3Subnet02C94618',
  ],
};
const HOLD_DATA = ['AWS::MSK::Cluster', 'AWS::MSK::Topic', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];

describe('in prod', async () => {
  const { data, app } = await synthesized('express');

  test('what holds data stays where it is from deploy to deploy', () => {
    for (const [type, ids] of Object.entries(pinned)) expect(Object.keys(resourcesOf(data, type)).sort()).toEqual(ids);
  });

  test('what holds data outlives its resource and its stack, which nobody deletes by mistake', () => {
    expect(data.isProtected).toBe(true);
    for (const type of HOLD_DATA)
      for (const [id, resource] of Object.entries(resourcesOf(data, type)))
        expect(resource, id).toMatchObject({
          // All but a first deploy that fails: what that leaves would be in the way of the next.
          DeletionPolicy: 'RetainExceptOnCreate',
          UpdateReplacePolicy: 'Retain',
        });
  });

  test('the stack that is deployed often holds no data', () => {
    for (const type of Object.keys(pinned)) expect(resourcesOf(app, type)).toEqual({});
  });
});

test('a dev stage leaves nothing behind that costs', async () => {
  const { data } = await synthesized('standard');
  expect(data.isProtected).toBe(false);
  for (const type of [...HOLD_DATA, 'AWS::MSK::Configuration'])
    for (const [id, resource] of Object.entries(resourcesOf(data, type)))
      expect(resource, id).toMatchObject({ DeletionPolicy: 'Delete' });
});

test('failed batches are kept for 30 days, private, encrypted and versioned', async () => {
  const { data } = await synthesized('express');
  expect(resourcesOf(data, 'AWS::S3::Bucket').FailedBatchesBucketD51F47E2?.Properties).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [{ Status: 'Enabled', ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 30 } }],
    },
  });
});
