import type { MSKEvent, MSKRecord } from 'aws-lambda';
import * as z from 'zod';
import { type Topic, topicNames } from '../../events/topics.ts';
import { splitRecords } from './split-records.ts';

/** What Lambda gave up on, as the invocations that bring it to the consumer of its topic. */
export type FailedBatch = { topic: Topic; events: MSKEvent[] };

/** Largest of the `integer` column that a dead letter's partition goes to. */
const MAX_PARTITION = 2 ** 31 - 1;
/** Far more than a cluster's name and brokers take, and little beside the margin of an invocation. */
const MAX_ORIGIN_CHARACTERS = 20_000;

/** As strict as the consumer needs, so that no object of another kind can make it fail, and no stricter. */
const recordSchema = z.object({
  topic: z.enum(topicNames),
  partition: z.int().min(0).max(MAX_PARTITION),
  offset: z.int().min(0),
  timestamp: z.number(),
  timestampType: z.string(),
  key: z.string().nullish(),
  value: z.string().nullish(),
  /** No consumer reads them: better none than a batch that waits for ever. */
  headers: z.array(z.record(z.string(), z.array(z.number()))).catch([]),
});

/** Of MSK, or of any other Kafka, which has no ARN. */
const eventSchema = z.object({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka']),
  eventSourceArn: z.string().max(MAX_ORIGIN_CHARACTERS).optional(),
  bootstrapServers: z.string().max(MAX_ORIGIN_CHARACTERS),
  records: z.record(z.string(), z.array(recordSchema)),
});

/** The whole event: as a JSON text in S3, as an object when the destination is a topic. */
const objectSchema = z.object({ payload: z.union([z.string(), z.looseObject({})]) });

/**
 * Reads what an event source mapping writes to its on-failure destination. Of what surrounds the payload nothing is
 * trusted: the records say which topic they are of.
 *
 * @returns undefined when the text is no failed batch of one of our topics.
 */
export function parseFailedBatch(text: string): FailedBatch | undefined {
  const object = objectSchema.safeParse(parseJson(text)).data;
  const payload = typeof object?.payload === 'string' ? parseJson(object.payload) : object?.payload;
  // Lambda leaves out a key that is not there and gives a tombstone null; the published type knows neither.
  const event = eventSchema.safeParse(payload).data as MSKEvent | undefined;
  if (event === undefined) return undefined;
  const records = Object.values(event.records).flat();
  const [topic, ...others] = new Set(records.map((record) => record.topic as Topic));
  const parts = splitRecords(records);
  if (topic === undefined || others.length > 0 || parts === undefined) return undefined;
  return { topic, events: parts.map((part) => ({ ...event, records: byPartition(part) })) };
}

function byPartition(records: readonly MSKRecord[]): MSKEvent['records'] {
  const groups: MSKEvent['records'] = {};
  for (const record of records) {
    const name = `${record.topic}-${record.partition}`;
    groups[name] ??= [];
    groups[name].push(record);
  }
  return groups;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
