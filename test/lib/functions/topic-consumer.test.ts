import { describe, expect, test } from 'vitest';
import { topicNames, topics } from '../../../events/topics.ts';
import { evaluate } from '../evaluate.ts';
import { profileNames, profiles } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const consumers = { product_views: 'process-view', cart_events: 'process-cart', purchases: 'process-purchase' };

type Mapping = {
  Topics: string[];
  MaximumRecordAgeInSeconds: number;
  MaximumRetryAttempts: number;
  ProvisionedPollerConfig: { PollerGroupName: string };
};

describe.each(profileNames)('the mappings with %s', async (profile) => {
  const stage = await synthesized(profile);
  const name = `bazaarstream-${profiles[profile].stage}`;
  const generation = 'consumerGeneration' in profiles[profile].settings ? '-2' : '';
  const mappings = propertiesOf(stage.app, 'AWS::Lambda::EventSourceMapping').map(
    (properties) => evaluate(stage, 'app', properties) as Mapping,
  );

  test('hand each topic to its function, from its first record on, under a name that stays', () => {
    expect(mappings).toMatchObject(
      topicNames.map((topic) => ({
        Topics: [topic],
        FunctionName: `${name}-${consumers[topic]}`,
        StartingPosition: 'TRIM_HORIZON',
        [profile === 'kafka' ? 'SelfManagedKafkaEventSourceConfig' : 'AmazonManagedKafkaEventSourceConfig']: {
          ConsumerGroupId: `${name}-${consumers[topic]}${generation}`,
        },
      })),
    );
  });

  test('have a group that may be read in, and are other ones in another generation, which Lambda cannot change', () => {
    const template = JSON.stringify(stage.app.Resources);
    const ids = Object.keys(resourcesOf(stage.app, 'AWS::Lambda::EventSourceMapping'));
    for (const id of ids)
      expect(id).toMatch(generation === '' ? /LambdaMapping[0-9A-F]{8}$/ : /LambdaMapping2[0-9A-F]{8}$/);
    if (profile !== 'kafka')
      for (const topic of topicNames) expect(template).toContain(`${consumers[topic]}${generation}"`);
  });

  test('give a batch up before the topic drops it, and leave it in the bucket', () => {
    for (const mapping of mappings) {
      const [topic] = mapping.Topics as [keyof typeof topics];
      expect(mapping.MaximumRecordAgeInSeconds).toBeGreaterThan(24 * 3600);
      expect(mapping.MaximumRecordAgeInSeconds * 1000).toBeLessThan(topics[topic].retentionMs);
      expect(mapping.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(mapping).toMatchObject({
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::FailedBatchesBucketD51F47E2' } },
      });
    }
  });

  test('share one group of pollers, so that three mappings cost as much as one', () => {
    expect(mappings.map(({ ProvisionedPollerConfig }) => ProvisionedPollerConfig)).toEqual(
      topicNames.map(() => ({ MinimumPollers: 1, MaximumPollers: 12, PollerGroupName: name })),
    );
  });
});

test('a window to fill a batch is stated where it is set: without one Lambda waits for half a second', async () => {
  const windowsOf = async (profile: 'express' | 'kafka') =>
    propertiesOf((await synthesized(profile)).app, 'AWS::Lambda::EventSourceMapping').map(
      ({ MaximumBatchingWindowInSeconds }) => MaximumBatchingWindowInSeconds,
    );
  expect(await windowsOf('express')).toEqual([undefined, undefined, undefined]);
  expect(await windowsOf('kafka')).toEqual([0, 0, 0]);
});

test('the cluster is asked by IAM; another Kafka by the secret of its user', async () => {
  const ours = propertiesOf((await synthesized('express')).app, 'AWS::Lambda::EventSourceMapping');
  for (const mapping of ours) expect(mapping).not.toHaveProperty('SourceAccessConfigurations');
  const stage = await synthesized('kafka');
  const [other] = propertiesOf(stage.app, 'AWS::Lambda::EventSourceMapping');
  expect(evaluate(stage, 'app', other)).toMatchObject({
    SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['broker.shop.example:9096'] } },
    SourceAccessConfigurations: [
      {
        Type: 'SASL_SCRAM_512_AUTH',
        URI: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/kafka',
      },
    ],
  });
});
