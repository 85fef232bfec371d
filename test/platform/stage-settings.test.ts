import { describe, expect, test } from 'vitest';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import { readStageSettings, stageNames } from '../../platform/stage-settings.ts';

const read = (settings: unknown) => readStageSettings('dev', { dev: settings });

describe('a stage', () => {
  test('has these defaults', () => {
    const defaults = {
      stage: 'prod',
      kafka: { kind: 'express', instanceType: 'express.m7g.large' },
      origins: [],
      ownerSecretName: 'bazaarstream/prod/database-owner',
      internalAddresses: [],
      allowUntrustedPurchases: false,
      defaultCurrencies: {},
      throttle: { perSecond: 1000, burst: 2000 },
      pollers: { min: 1, max: 12 },
      tracing: false,
      consumerGeneration: 1,
      retentionDays: 400,
      logRetentionDays: 30,
      training: { kind: 'lambda', memoryMib: 3008, hours: [2], windowDays: 180 },
    };
    expect(readStageSettings('prod', undefined)).toEqual(defaults);
    expect(readStageSettings('prod', { prod: {}, dev: { retentionDays: 35 } })).toEqual(defaults);
  });

  test('has the defaults of its kind of log', () => {
    expect(read({ kafka: { kind: 'standard' } }).kafka).toEqual({
      kind: 'standard',
      instanceType: 'kafka.m7g.large',
      volumeGib: 100,
    });
    const kafka = { kind: 'kafka', bootstrapServers: ['broker.shop.example:9096'], secretName: 'shop/kafka' };
    expect(read({ kafka }).kafka).toEqual({ ...kafka, replicationFactor: 3 });
  });

  test('takes what is set', () => {
    const set = {
      kafka: { kind: 'express', instanceType: 'express.m7g.4xlarge' },
      origins: ['https://shop.example', 'http://localhost:5173'],
      alarmEmail: 'ops@shop.example',
      ownerSecretName: 'shop/owner',
      neonEndpoint: 'https://proxy.shop.example',
      internalAddresses: ['192.0.2.7', '2001:db8::1'],
      allowUntrustedPurchases: true,
      defaultCurrencies: { shop: 'EUR' },
      throttle: { perSecond: 5, burst: 10 },
      batchingWindowSeconds: 0,
      pollers: { min: 2, max: 2 },
      tracing: true,
      consumerGeneration: 3,
      availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      retentionDays: 35,
      logRetentionDays: 365,
      training: { kind: 'lambda', memoryMib: 10_240, hours: [2, 14], windowDays: 30 },
    };
    expect(read(set)).toEqual({ ...set, stage: 'dev' });
  });

  test('that trains with Spark has a network for it', () => {
    const training = { kind: 'emr-serverless', subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    expect(read({ training }).training).toEqual({
      ...training,
      releaseLabel: 'emr-7.13.0',
      ...{ maxVcpu: 32, maxMemoryGib: 224, memoryMib: 3008, hours: [2], windowDays: 180 },
    });
    const { subnetIds: _, ...without } = training;
    expect(() => read({ training: without })).toThrow('stages.dev.training.subnetIds is missing');
    expect(() => read({ training: { ...training, releaseLabel: 'emr-6.15.0' } })).toThrow('training.releaseLabel');
  });

  test('with QuickSight has the database and who may look', () => {
    const viewers = ['arn:aws:quicksight:eu-west-1:111122223333:group/default/shop'];
    const quickSight = { host: 'ep-quiet-sea-a1b2c3d4.eu-west-1.aws.neon.tech', viewers };
    expect(read({ quickSight }).quickSight).toEqual({ ...quickSight, port: 5432, database: 'neondb', authors: [] });
    expect(() => read({ quickSight: { ...quickSight, viewers: [] } })).toThrow(
      'name at least one of viewers or authors',
    );
    expect(() => read({ quickSight: { ...quickSight, host: 'postgresql://owner@db.shop.example/shop' } })).toThrow(
      'must be the host of the database, without scheme and port',
    );
    expect(() => read({ quickSight: { ...quickSight, viewers: ['ada'] } })).toThrow(
      'stages.dev.quickSight.viewers.0 is "ada"; must be the ARN of a user or a group of QuickSight',
    );
  });

  test.each(stageNames)('%s is right in cdk.json', (stage) => {
    expect(readStageSettings(stage, cdkSettings.context.stages)).toMatchObject({ stage });
  });
});

describe('a wrong setting is named with what is allowed', () => {
  test('the stage', () => {
    expect(() => readStageSettings('staging', {})).toThrow('stage is "staging"; allowed: dev, prod');
    expect(() => readStageSettings(undefined, {})).toThrow('stage is missing; allowed: dev, prod');
    expect(() => readStageSettings('dev', { staging: {} })).toThrow(/staging/);
  });

  const msk = {
    kind: 'msk',
    clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shop/0f0f0f0f-1111-2222-3333-444455556666-7',
    bootstrapServers: ['b-1.shop.example:9098'],
    vpcId: 'vpc-0a1b2c3d',
    subnetIds: ['subnet-0123456789abcdef0'],
    securityGroupId: 'sg-0123456789abcdef0',
  };
  const kafka = { kind: 'kafka', bootstrapServers: ['broker.shop.example:9096'], secretName: 'shop/kafka' };
  const origin = 'must be an origin as browsers send it: scheme and host, without a path';

  test.each([
    ['an unknown setting', { retension: 40 }, 'stages.dev has unknown settings: retension'],
    [
      'a default currency',
      { defaultCurrencies: { shop: 'eur' } },
      'stages.dev.defaultCurrencies.shop is "eur"; must be an ISO 4217 currency code, such as EUR',
    ],
    [
      'an unknown setting of the log',
      { kafka: { kind: 'express', volumeGib: 1 } },
      'stages.dev.kafka has unknown settings: volumeGib',
    ],
    [
      'a kind of log',
      { kafka: { kind: 'serverless' } },
      'stages.dev.kafka.kind is "serverless"; allowed: express, standard, msk, kafka',
    ],
    [
      'an express broker',
      { kafka: { kind: 'express', instanceType: 'kafka.m7g.large' } },
      'stages.dev.kafka.instanceType is "kafka.m7g.large"; must be express.m7g.large or larger',
    ],
    [
      'a standard broker',
      { kafka: { kind: 'standard', instanceType: 'kafka.t3.small' } },
      'stages.dev.kafka.instanceType is "kafka.t3.small"; must be kafka.m5.large, kafka.m7g.large or larger',
    ],
    ['a volume', { kafka: { kind: 'standard', volumeGib: 0 } }, 'stages.dev.kafka.volumeGib is 0; '],
    [
      'a cluster',
      { kafka: { ...msk, clusterArn: 'shop' } },
      'stages.dev.kafka.clusterArn is "shop"; must be the ARN of an MSK cluster',
    ],
    [
      'a network',
      { kafka: { ...msk, vpcId: 'shop' } },
      'stages.dev.kafka.vpcId is "shop"; must be an id like vpc-0123456789abcdef0',
    ],
    [
      'a subnet',
      { kafka: { ...msk, subnetIds: ['subnet-1'] } },
      'stages.dev.kafka.subnetIds.0 is "subnet-1"; must be an id like subnet-0123456789abcdef0',
    ],
    [
      'a security group',
      { kafka: { ...msk, securityGroupId: 'default' } },
      'stages.dev.kafka.securityGroupId is "default"; must be an id like sg-',
    ],
    [
      'what a log needs',
      { kafka: { kind: 'kafka', secretName: 'shop/kafka' } },
      'stages.dev.kafka.bootstrapServers is missing; ',
    ],
    [
      'a broker',
      { kafka: { ...kafka, bootstrapServers: ['https://broker.shop.example'] } },
      'stages.dev.kafka.bootstrapServers.0 is "https://broker.shop.example"; must be host:port',
    ],
    ['copies', { kafka: { ...kafka, replicationFactor: 0 } }, 'stages.dev.kafka.replicationFactor is 0; '],
    [
      'an origin with a path',
      { origins: ['https://shop.example/'] },
      `stages.dev.origins.0 is "https://shop.example/"; ${origin}`,
    ],
    [
      'an origin for all',
      { origins: ['https://*.shop.example'] },
      `stages.dev.origins.0 is "https://*.shop.example"; ${origin}`,
    ],
    [
      'an origin that no browser sends',
      { origins: ['https://Shop.example:443'] },
      `stages.dev.origins.0 is "https://Shop.example:443"; ${origin}`,
    ],
    ['an address of mail', { alarmEmail: 'ops' }, 'stages.dev.alarmEmail is "ops"; '],
    ['an endpoint', { neonEndpoint: 'proxy' }, 'stages.dev.neonEndpoint is "proxy"; '],
    [
      'an internal address',
      { internalAddresses: ['10.0.0.0/8'] },
      'stages.dev.internalAddresses.0 is "10.0.0.0/8"; must be an IP address',
    ],
    ['a throttle', { throttle: { perSecond: 0 } }, 'stages.dev.throttle.perSecond is 0; '],
    ['a batching window', { batchingWindowSeconds: 301 }, 'stages.dev.batchingWindowSeconds is 301; '],
    ['pollers', { pollers: { min: 4, max: 2 } }, 'stages.dev.pollers is {"min":4,"max":2}; min must not exceed max'],
    ['more pollers than partitions', { pollers: { max: 13 } }, 'stages.dev.pollers.max is 13; '],
    ['a retention that forgets what can still come', { retentionDays: 34 }, 'stages.dev.retentionDays is 34; '],
    [
      'a retention of logs',
      { logRetentionDays: 31 },
      'stages.dev.logRetentionDays is 31; allowed: 7, 14, 30, 60, 90, 180, 365',
    ],
    ['a place to train', { training: { kind: 'fargate' } }, 'stages.dev.training.kind is "fargate"; allowed: lambda'],
    [
      'more memory than Lambda has',
      { training: { kind: 'lambda', memoryMib: 20_480 } },
      'stages.dev.training.memoryMib is 20480; ',
    ],
    ['an hour', { training: { kind: 'lambda', hours: [24] } }, 'stages.dev.training.hours.0 is 24; '],
  ])('%s', (_, settings, message) => {
    expect(() => read(settings)).toThrow(message);
  });

  test('all of them at once', () => {
    expect(() => read({ retentionDays: 1, throttle: { burst: 0 } })).toThrow(
      /retentionDays.*; .*throttle\.burst|throttle\.burst.*; .*retentionDays/,
    );
  });
});
