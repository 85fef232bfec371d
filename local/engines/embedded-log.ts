/**
 * A durable log inside one process, for a first look where there is neither Kafka, Docker nor Java. It keeps everything
 * (no retention), and API and consumers share the process.
 *
 *   const log = await openEmbeddedLog(folder);
 *   createEmbeddedPublisher(log); createEmbeddedSource(log); await log.close();
 */
import { EventEmitter, once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { type Topic, topicNames, topics } from '../../events/topics.ts';
import { BazaarError } from '../../platform/errors.ts';
import { PartitionFile } from './partition-file.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export type EmbeddedRecord = { topic: Topic; key: string; value: string };
export type StoredRecord = { offset: number; timestampMs: number; key: string | null; value: string | null };

export type EmbeddedLog = {
  /** Resolves when all records are synced to disk; records of one key share a partition. */
  append(records: readonly EmbeddedRecord[]): Promise<void>;
  read(topic: Topic, partition: number, offset: number, max: number): Promise<StoredRecord[]>;
  /** The offset at which the group goes on. */
  committed(group: string, topic: Topic, partition: number): number;
  commit(group: string, topic: Topic, partition: number, next: number): Promise<void>;
  /** Counts appends; `changed` resolves when it is past `seen`. */
  version(): number;
  changed(seen: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

const bodySchema = z.object({ at: z.number(), key: z.string().nullable(), value: z.string().nullable() });
const offsetsSchema = z.record(z.string(), z.int());

/** Opens the log in the folder; a record that a crash cut off in the middle is gone, and was never acknowledged. */
export async function openEmbeddedLog(folder: string): Promise<EmbeddedLog> {
  await mkdir(folder, { recursive: true });
  const partitions = await openPartitions(folder);
  const offsetsFile = join(folder, 'offsets.json');
  const offsets = (await readPrivateJson(offsetsFile, offsetsSchema)) ?? {};
  const changes = new EventEmitter().setMaxListeners(0);
  let version = 0;
  let saving: Promise<void> = Promise.resolve();

  return {
    async append(records) {
      const grouped = Map.groupBy(records, ({ topic, key }) => partitionName(topic, partitionOf(topic, key)));
      await Promise.all([...grouped].map(([name, group]) => partition(partitions, name).append(group.map(toBody))));
      version += 1;
      changes.emit('append');
    },
    async read(topic, index, offset, max) {
      const bodies = await partition(partitions, partitionName(topic, index)).read(offset, max);
      return bodies.map((body, position) => fromBody(body, offset + position));
    },
    committed: (group, topic, index) => offsets[`${group}/${partitionName(topic, index)}`] ?? 0,
    commit(group, topic, index, next) {
      offsets[`${group}/${partitionName(topic, index)}`] = next;
      saving = saving.catch(() => undefined).then(() => writePrivateJson(offsetsFile, offsets));
      return saving;
    },
    version: () => version,
    async changed(seen, signal) {
      if (version === seen) await once(changes, 'append', { signal }).catch(() => undefined);
    },
    async close() {
      await saving.catch(() => undefined);
      await Promise.all([...partitions.values()].map((file) => file.close()));
    },
  };
}

async function openPartitions(folder: string): Promise<Map<string, PartitionFile>> {
  const names = topicNames.flatMap((topic) =>
    Array.from({ length: topics[topic].partitions }, (_, index) => partitionName(topic, index)),
  );
  const files = await Promise.all(names.map((name) => PartitionFile.open(join(folder, `${name}.log`))));
  return new Map(files.map((file, index) => [names[index] ?? '', file]));
}

function partition(partitions: ReadonlyMap<string, PartitionFile>, name: string): PartitionFile {
  const found = partitions.get(name);
  if (found === undefined) throw new BazaarError('engine_failed', `the log has no partition ${name}`);
  return found;
}

function partitionName(topic: Topic, index: number): string {
  return `${topic}-${index}`;
}

function partitionOf(topic: Topic, key: string): number {
  return crc32(key) % topics[topic].partitions;
}

function toBody({ key, value }: EmbeddedRecord): Buffer {
  return Buffer.from(JSON.stringify({ at: Date.now(), key, value }));
}

function fromBody(body: Buffer, offset: number): StoredRecord {
  const { at, key, value } = bodySchema.parse(JSON.parse(body.toString()));
  return { offset, timestampMs: at, key, value };
}
