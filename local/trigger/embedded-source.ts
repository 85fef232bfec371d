import { type Topic, topicNames, topics } from '../../events/topics.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { EmbeddedLog, StoredRecord } from '../engines/embedded-log.ts';
import type { LogSource, SourceBatch, SourceRecord } from './source.ts';

const PARTITIONS_AT_ONCE = 3;
const MAX_RECORDS_PER_READ = 2_000;

type Reader = { log: EmbeddedLog; group: string; topic: Topic };

/** Reads topics from the embedded log of this process. */
export function createEmbeddedSource(log: EmbeddedLog): LogSource {
  return {
    async consume({ group, topic: name, work }) {
      const topic = topicNames.find((known) => known === name);
      if (topic === undefined)
        throw new BazaarError('engine_failed', `unknown topic ${name}; known: ${topicNames.join(', ')}`);
      const stopping = new AbortController();
      const lanes = Array.from({ length: PARTITIONS_AT_ONCE }, (_, lane) =>
        runLane({ log, group, topic }, lane, (batch) => work(batch, stopping.signal), stopping.signal),
      );
      return {
        stop: async () => {
          stopping.abort();
          await Promise.all(lanes);
        },
      };
    },
  };
}

/** Every third partition, in turns, for as long as there is something to read. */
async function runLane(
  reader: Reader,
  lane: number,
  work: (batch: SourceBatch) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const seen = reader.log.version();
    let hasWorked = false;
    for (let index = lane; index < topics[reader.topic].partitions; index += PARTITIONS_AT_ONCE)
      hasWorked = (await workPartition(reader, index, work)) || hasWorked;
    if (!hasWorked) await reader.log.changed(seen, signal);
  }
}

async function workPartition(
  { log, group, topic }: Reader,
  partition: number,
  work: (batch: SourceBatch) => Promise<void>,
): Promise<boolean> {
  const stored = await log.read(topic, partition, log.committed(group, topic, partition), MAX_RECORDS_PER_READ);
  if (stored.length === 0) return false;
  await work({
    records: stored.map((record) => toRecord(topic, partition, record)),
    commit: (record) => log.commit(group, topic, partition, Number(record.offset) + 1),
    assertOwned: () => undefined,
  });
  return true;
}

function toRecord(topic: string, partition: number, { offset, timestampMs, key, value }: StoredRecord): SourceRecord {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  return { topic, partition, offset: String(offset), timestampMs, key: bytes(key), value: bytes(value), headers: [] };
}
