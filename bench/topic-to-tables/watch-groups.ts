import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { processorSeconds } from '../report/processor-time.ts';

/** Consumer groups and what each reads. */
export type Reading = readonly { group: string; topic: string }[];

export type Watched = {
  events: number;
  seconds: number;
  eventsPerSecond: number;
  /** Processor seconds for a million events, by part. */
  processorPerMillion: Record<string, number>;
};

const POLL_MS = 50;
const GIVE_UP_MS = 240_000;

/**
 * Measures from when `from` records are done until `to` are: what is done is what the groups have committed, since each
 * commits behind the database.
 *
 * @param parts the processes whose processor time counts, by name.
 */
export async function watchGroups(
  admin: Admin,
  reading: Reading,
  { from, to, parts }: { from: number; to: number; parts: Readonly<Record<string, readonly number[]>> },
): Promise<Watched> {
  const start = await reach(admin, reading, from, parts);
  const end = await reach(admin, reading, to, parts);
  const [events, seconds] = [end.done - start.done, (end.atMs - start.atMs) / 1000];
  const used = Object.keys(parts).map((name) => [
    name,
    round(((end.used[name] ?? 0) - (start.used[name] ?? 0)) / (events / 1e6)),
  ]);
  return {
    events,
    seconds: round(seconds),
    eventsPerSecond: Math.round(events / seconds),
    processorPerMillion: Object.fromEntries(used),
  };
}

async function reach(
  admin: Admin,
  reading: Reading,
  wanted: number,
  parts: Parameters<typeof watchGroups>[2]['parts'],
) {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const done = await committed(admin, reading);
    const atMs = performance.now();
    if (done >= wanted) return { done, atMs, used: await usedBy(parts) };
    if (atMs > deadline) throw new Error(`only ${done} of ${wanted} records were done within ${GIVE_UP_MS} ms`);
    await sleep(POLL_MS);
  }
}

async function committed(admin: Admin, reading: Reading): Promise<number> {
  const offsets = await Promise.all(
    reading.map(async ({ group, topic }) => (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]),
  );
  return offsets
    .flatMap((found) => found?.partitions ?? [])
    .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}

async function usedBy(parts: Readonly<Record<string, readonly number[]>>): Promise<Record<string, number>> {
  const entries = await Promise.all(
    Object.entries(parts).map(async ([name, roots]) => [name, await processorSeconds(roots)] as const),
  );
  return Object.fromEntries(entries);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
