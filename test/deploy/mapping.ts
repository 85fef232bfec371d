import { readFile } from 'node:fs/promises';
import type { MSKEvent } from 'aws-lambda';
import type { Consumer, Kafka } from 'kafkajs';
import * as z from 'zod';
import { type Topic, topicNames } from '../../events/topics.ts';
import { toMskEvent } from '../../local/trigger/msk-event.ts';
import type { SourceRecord } from '../../local/trigger/source.ts';

/** What a mapping of a Kafka outside of AWS hands to its function, which its published type does not know. */
export type SelfManagedEvent = Omit<MSKEvent, 'eventSource' | 'eventSourceArn'> & { eventSource: 'SelfManagedKafka' };

/** An event source mapping: which topic it reads, as which group, for which function. */
export type Mapping = { topic: Topic; group: string; functionName: string };

const propertiesSchema = z.object({
  Topics: z.tuple([z.enum(topicNames)]),
  SelfManagedKafkaEventSourceConfig: z.object({ ConsumerGroupId: z.string() }),
  FunctionName: z.object({ Ref: z.string() }),
});
const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

/** The mappings of a template that was deployed, since ministack forgets what they read. */
export async function mappingsIn(templateFile: string): Promise<Mapping[]> {
  const { Resources } = templateSchema.parse(JSON.parse(await readFile(templateFile, 'utf8')));
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(({ Properties }) => {
      const { Topics, SelfManagedKafkaEventSourceConfig, FunctionName } = propertiesSchema.parse(Properties);
      const functionName = String(Resources[FunctionName.Ref]?.Properties?.FunctionName);
      return { topic: Topics[0], group: SelfManagedKafkaEventSourceConfig.ConsumerGroupId, functionName };
    });
}

/**
 * Does what AWS's poller does for a mapping, once, since ministack has none: hands to `work` what the topic holds beyond the
 * group's place, and moves the place when that succeeded.
 *
 * @returns the records, in no order across partitions.
 */
export async function poll(
  { kafka, brokers }: { kafka: Kafka; brokers: readonly string[] },
  mapping: Mapping,
  work: (event: SelfManagedEvent) => Promise<unknown>,
): Promise<SourceRecord[]> {
  const waiting = await waitingOffsets(kafka, mapping);
  if (waiting.size === 0) return [];
  const consumer = kafka.consumer({ groupId: mapping.group });
  await consumer.connect();
  try {
    const records = await readUpTo(consumer, mapping.topic, waiting);
    const { eventSourceArn: _, ...event } = toMskEvent(records, brokers);
    await work({ ...event, eventSource: 'SelfManagedKafka' });
    const places = [...waiting].map(([partition, end]) => ({ topic: mapping.topic, partition, offset: String(end) }));
    await consumer.commitOffsets(places);
    return records;
  } finally {
    await consumer.disconnect();
  }
}

/** The end of each partition that holds something beyond the group's place. */
async function waitingOffsets(kafka: Kafka, { topic, group }: Mapping): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [places] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const placeOf = new Map(places?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    const ends = await admin.fetchTopicOffsets(topic);
    return new Map(
      ends
        .map(({ partition, high }): [number, number] => [partition, Number(high)])
        .filter(([partition, high]) => high > Math.max(0, placeOf.get(partition) ?? 0)),
    );
  } finally {
    await admin.disconnect();
  }
}

async function readUpTo(consumer: Consumer, topic: Topic, ends: ReadonlyMap<number, number>): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  const missing = new Map(ends);
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ partition, message: { offset, timestamp, key, value } }) => {
          records.push({ topic, partition, offset, timestampMs: Number(timestamp), key, value, headers: [] });
          if (Number(offset) + 1 >= (missing.get(partition) ?? 0)) missing.delete(partition);
          if (missing.size === 0) resolve();
        },
      })
      .catch(reject);
  });
  return records;
}
