import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { topicNames } from '../../events/topics.ts';
import type { ReadRecord } from './publisher-contract.ts';

/** Everything that the three topics hold now, from their start, with a consumer of its own. */
export async function readTopics(brokers: string[]): Promise<ReadRecord[]> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}` });
  const missing = await endOffsets(kafka);
  const read: ReadRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [...topicNames], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const finish = () => missing.size === 0 && resolve();
    finish();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        eachMessage: async ({ topic, partition, message }) => {
          const value = message.value?.toString() ?? '';
          read.push({ topic, partition, key: message.key?.toString() ?? '', value });
          const name = `${topic}-${partition}`;
          if (Number(message.offset) + 1 >= (missing.get(name) ?? 0)) missing.delete(name);
          finish();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return read;
}

/** Where each partition that holds something ends. */
async function endOffsets(kafka: Kafka): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await Promise.all(
      topicNames.map(async (topic) =>
        (await admin.fetchTopicOffsets(topic)).map(({ partition, high }): [string, number] => [
          `${topic}-${partition}`,
          Number(high),
        ]),
      ),
    );
    return new Map(ends.flat().filter(([, high]) => high > 0));
  } finally {
    await admin.disconnect();
  }
}
