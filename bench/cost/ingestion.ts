import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeRecord } from '../../events/record.ts';
import { topicNames } from '../../events/topics.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import { defaultAssumptions } from '../../lib/cost/assumptions.ts';
import type { Scratch } from '../engines/with-scratch.ts';
import { startFunction } from '../ingestion/contestants.ts';
import { measureInTurns } from '../ingestion/in-turns.ts';
import { shopRecords } from '../topic-to-tables/shop-records.ts';

const RECORDS = 10_000;
const REQUESTS = 500;
const US_PER_MS = 1_000;

export type Ingestion = {
  /** Bytes of a simulated event as its client sends it, and of its record in Kafka's files. */
  eventBytes: number;
  recordBytes: number;
  /** Of a request with so many events: milliseconds until the log has it, processor seconds for a million events. */
  requests: { events: number; ms: number; functionSecondsPerMillion: number }[];
};

/** Publishes a shop's events as requests bring them, and invokes the function as Lambda does. */
export async function measureIngestion(scratch: Scratch, brokers: string[], rounds: number): Promise<Ingestion> {
  const { eventsPerRequest } = defaultAssumptions;
  const bytes = await measureRecords(scratch, brokers, eventsPerRequest);
  const root = new URL('../../', import.meta.url);
  const contestant = await startFunction({ scratch, brokers, trees: new Map([['ours', root]]) }, 'ours');
  const requests = [];
  for (const events of [1, eventsPerRequest]) {
    const [of] = await measureInTurns([contestant], { events, inFlight: 1, requests: REQUESTS }, rounds);
    if (of === undefined) throw new Error('the function was not measured');
    requests.push({ events, ms: of.p50_us / US_PER_MS, functionSecondsPerMillion: of.cpu_s_per_million });
  }
  return { ...bytes, requests };
}

async function measureRecords({ folder }: Scratch, brokers: string[], eventsPerRequest: number) {
  const records = shopRecords(RECORDS);
  const before = await logBytes(folder);
  const publisher = createKafkaPublisher({ brokers, clientId: 'bench' });
  try {
    for (let start = 0; start < RECORDS; start += eventsPerRequest)
      await publisher.publish(records.slice(start, start + eventsPerRequest));
  } finally {
    await publisher.close();
  }
  const sent = records.reduce((sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
  const values = records.reduce((sum, record) => sum + Buffer.byteLength(encodeRecord(record)), 0);
  const recordBytes = ((await logBytes(folder)) - before) / RECORDS;
  if (recordBytes * RECORDS < values)
    throw new Error(`kafka's files hold ${recordBytes} B a record, fewer than were sent`);
  return { eventBytes: sent / RECORDS, recordBytes };
}

/** Bytes of the topics' segments in the files of `withKafka`'s broker. */
async function logBytes(folder: string): Promise<number> {
  const data = join(folder, 'kafka', 'data');
  const isOurs = (name: string) => topicNames.some((topic) => name.startsWith(`${topic}-`));
  const partitions = (await readdir(data)).filter(isOurs);
  const sizes = await Promise.all(
    partitions.map(async (partition) => {
      const segments = (await readdir(join(data, partition))).filter((file) => file.endsWith('.log'));
      return Promise.all(segments.map(async (file) => (await stat(join(data, partition, file))).size));
    }),
  );
  return sizes.flat().reduce((sum, size) => sum + size, 0);
}
