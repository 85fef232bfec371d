import { Stack } from 'aws-cdk-lib';
import { CfnEventSourceMapping, type CfnEventSourceMappingProps } from 'aws-cdk-lib/aws-lambda';
import { CfnCluster, type CfnClusterProps, CfnTopic } from 'aws-cdk-lib/aws-msk';
import { describe, expect, test } from 'vitest';
import { ServiceLimits } from '../../../lib/checks/service-limits.ts';
import { profileNames } from '../profiles.ts';
import { addProfile, createApp } from '../synthesize.ts';

/** What the check says of a stack, without the time that a synthesis takes. */
function problemsOf(stack: Stack): string[] {
  const limits = new ServiceLimits();
  const constructs = stack.node.findAll();
  for (const construct of constructs) limits.visit(construct);
  const entries = constructs.flatMap(({ node }) => node.metadata);
  return entries.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => String(data));
}

function problemsWith(add: (stack: Stack) => void): string[] {
  const stack = new Stack(createApp());
  add(stack);
  return problemsOf(stack);
}

const brokers = { instanceType: 'kafka.m7g.large', clientSubnets: ['a', 'b', 'c'] };
const withVolume = { ...brokers, storageInfo: { ebsStorageInfo: { volumeSize: 100 } } };
const express = { instanceType: 'express.m7g.large', clientSubnets: ['a', 'b', 'c'] };

function addCluster(stack: Stack, brokerNodeGroupInfo: CfnClusterProps['brokerNodeGroupInfo'], brokers = 3): void {
  const props = { clusterName: 'shop', kafkaVersion: '3.8.x', numberOfBrokerNodes: brokers, brokerNodeGroupInfo };
  new CfnCluster(stack, 'Cluster', props);
}
const cluster = (...props: [CfnClusterProps['brokerNodeGroupInfo'], number?]) =>
  problemsWith((stack) => addCluster(stack, ...props));

describe('a cluster', () => {
  test('that MSK would make is let through', () => {
    expect(cluster(withVolume)).toEqual([]);
    expect(cluster(withVolume, 6)).toEqual([]);
    expect(cluster(express)).toEqual([]);
  });

  test.each([
    [
      'express in two zones',
      { ...express, clientSubnets: ['a', 'b'] },
      4,
      /express brokers stand in 2 subnets; allowed: 3/,
    ],
    ['express with a volume', { ...withVolume, ...express }, 3, /express brokers take no storageInfo/],
    ['standard without a volume', brokers, 3, /standard brokers need storageInfo/],
    ['brokers that do not divide', withVolume, 4, /4 brokers do not divide evenly among 3 subnets/],
    ['one zone', { ...withVolume, clientSubnets: ['a'] }, 3, /brokers stand in 1 subnets; allowed: 2 or 3/],
    ['four zones', { ...withVolume, clientSubnets: ['a', 'b', 'c', 'd'] }, 4, /brokers stand in 4 subnets/],
    ['t3.small', { ...withVolume, instanceType: 'kafka.t3.small' }, 3, /kafka\.t3\.small takes 4 new IAM connections/],
  ])('with %s is refused', (_, nodes, count, message) => {
    expect(cluster(nodes, count)).toEqual([expect.stringMatching(message)]);
  });
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const topic = (configs?: string) =>
  problemsWith((stack) => {
    new CfnTopic(stack, 'Topic', {
      clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shop/1',
      topicName: 'views',
      partitionCount: 1,
      replicationFactor: 3,
      ...(configs === undefined ? {} : { configs }),
    });
  });

test('a topic has configs that are base64 of a map of strings, or none', () => {
  expect(topic()).toEqual([]);
  expect(topic(base64({ 'retention.ms': '1' }))).toEqual([]);
  for (const configs of ['{"retention.ms":"1"}', base64({ 'retention.ms': 1 }), base64(['retention.ms']), base64(null)])
    expect(topic(configs)).toEqual([expect.stringMatching('configs of a topic must be base64')]);
});

const managed = {
  functionName: 'consume',
  eventSourceArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shop/1',
  topics: ['views'],
};
const pollers = { provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 2 } };
const mapping = (properties: CfnEventSourceMappingProps) =>
  problemsWith((stack) => {
    new CfnEventSourceMapping(stack, 'Mapping', properties);
  });

describe('a mapping', () => {
  test('that Lambda would make is let through', () => {
    expect(mapping(managed)).toEqual([]);
    expect(mapping({ ...managed, ...pollers, maximumRetryAttempts: 5, bisectBatchOnFunctionError: true })).toEqual([]);
    expect(mapping({ functionName: 'work', eventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:queue' })).toEqual([]);
  });

  const destinationConfig = { onFailure: { destination: 'arn:aws:s3:::failed' } };
  const between = (minimumPollers: number, maximumPollers: number) => ({
    provisionedPollerConfig: { minimumPollers, maximumPollers },
  });
  test.each([
    ['retries on demand', { maximumRetryAttempts: 5 }, /maximumRetryAttempts need provisionedPollerConfig/],
    ['bisecting on demand', { bisectBatchOnFunctionError: true }, /bisectBatchOnFunctionError need provisioned/],
    ['an age on demand', { maximumRecordAgeInSeconds: 60 }, /maximumRecordAgeInSeconds need provisioned/],
    ['partial answers on demand', { functionResponseTypes: ['ReportBatchItemFailures'] }, /functionResponseTypes need/],
    ['metrics on demand', { metricsConfig: { metrics: ['EventCount'] } }, /metricsConfig need provisioned/],
    ['no poller', between(0, 2), /minimumPollers is 0; allowed: 1 to 200/],
    ['too many pollers to start with', between(201, 300), /minimumPollers is 201; allowed: 1 to 200/],
    ['too many pollers', between(1, 2_001), /maximumPollers is 2001; allowed: 1 to 2000/],
    ['more pollers to start with than at most', between(3, 2), /maximumPollers is 2; allowed: 3 to 2000/],
    ['a batch too large', { batchSize: 10_001 }, /batchSize is 10001; allowed: 1 to 10000/],
    ['endless retries', { ...pollers, destinationConfig, maximumRetryAttempts: -1 }, /infinite retries with a failure/],
    ['retries left open', { ...pollers, destinationConfig }, /infinite retries with a failure destination/],
    ['two topics', { topics: ['views', 'carts'] }, /a mapping reads one topic/],
  ])('with %s is refused', (_, properties, message) => {
    expect(mapping({ ...managed, ...properties })).toEqual([expect.stringMatching(message)]);
  });
});

test.each(profileNames)('%s is within all limits', (profile) => {
  const { data, app } = addProfile(profile).stacks;
  expect([...problemsOf(data), ...problemsOf(app)]).toEqual([]);
});
