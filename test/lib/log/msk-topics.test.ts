import { expect, test } from 'vitest';
import { topicNames, topics } from '../../../events/topics.ts';
import { evaluate } from '../evaluate.ts';
import { propertiesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const decode = (configs: unknown): unknown => JSON.parse(Buffer.from(String(configs), 'base64').toString());

test.each(['standard', 'express', 'msk'] as const)('with %s, the topics are those of the contract', async (profile) => {
  const { data } = await synthesized(profile);
  const made = propertiesOf(data, 'AWS::MSK::Topic').map(({ Configs, ...topic }) => ({
    ...topic,
    Configs: decode(Configs),
  }));
  expect(made).toEqual(
    topicNames.map((topic) => ({
      ClusterArn: expect.anything(),
      TopicName: topic,
      PartitionCount: topics[topic].partitions,
      ReplicationFactor: 3,
      Configs: {
        'retention.ms': String(topics[topic].retentionMs),
        'cleanup.policy': 'delete',
        ...(profile === 'express' ? {} : { 'min.insync.replicas': '2' }),
      },
    })),
  );
});

test('in another Kafka a function makes them, with as many copies as are asked for', async () => {
  const stage = await synthesized('kafka');
  expect(propertiesOf(stage.data, 'AWS::MSK::Topic')).toEqual([]);
  const setup = propertiesOf(stage.app, 'AWS::Lambda::Function').find(
    ({ FunctionName }) => FunctionName === 'bazaarstream-dev-create-topics',
  );
  expect(evaluate(stage, 'app', setup)).toMatchObject({
    Environment: { Variables: { REPLICATION_FACTOR: '3', KAFKA_BROKERS: 'broker.shop.example:9096' } },
  });
});
