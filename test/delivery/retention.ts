import fc from 'fast-check';
import { expect } from 'vitest';
import { clockSkewMs, type EventRecord } from '../../events/record.ts';
import { maintain } from '../../lambdas/maintain/maintain.ts';
import { messageOf } from '../../platform/errors.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { arbitraryRecords } from '../oracle/arbitrary-events.ts';
import { type Consumers, consumersOn, deliver } from './deliver.ts';
import { emptyTables } from './empty-tables.ts';
import { expectOracleTables } from './expect-oracle-tables.ts';

const DAY_MS = 86_400_000;
/** Where the first instant of arbitrary events is put: months, mostly one of them, and a partition of a whole year. */
const AGES_DAYS = [75, 75, 75, 200, 420, 1_300] as const;

type Chapter = {
  /** Events that come for the first time. */
  records: EventRecord[];
  /** Which of the rows that are still there come once more. */
  again: number[];
  sizes: number[];
  workers: number;
  retentionDays: number;
  /** Maintenance also runs while the events come, twice at a time. */
  isBusy: boolean;
  /** Consumers forget which partitions they have seen to. */
  isRestarted: boolean;
  isRebuilt: boolean;
};

/** The events of a month, so many days ago; a backfill is received long after it happened. */
export function backdated(record: EventRecord, ageDays: number, isBackfill = false): EventRecord {
  const { stamp, event } = record;
  const monthMs = Date.parse(event.occurred_at) % (31 * DAY_MS);
  const occurredAt = (Math.floor(Date.now() / DAY_MS) - ageDays) * DAY_MS + monthMs;
  const receivedAt = isBackfill ? Date.now() - DAY_MS : occurredAt + DAY_MS;
  return {
    stamp: {
      ...stamp,
      received_at: new Date(receivedAt).toISOString(),
      sent_at: new Date(receivedAt - clockSkewMs(stamp)).toISOString(),
    },
    event: { ...event, occurred_at: new Date(occurredAt).toISOString() },
  };
}

const isOneIn = (n: number) => fc.integer({ min: 1, max: n }).map((drawn) => drawn === 1);

/** A shop's history in chapters, each of which ends with maintenance. */
function arbitraryStory(events: number): fc.Arbitrary<Chapter[]> {
  return arbitraryRecords(events).chain((records) => {
    const place = fc.record({ ageDays: fc.constantFrom(...AGES_DAYS), isLate: isOneIn(4), chapter: fc.nat(2) });
    const places = fc.array(place, { minLength: records.length, maxLength: records.length });
    const backfilled = fc.option(fc.constantFrom(...AGES_DAYS));
    const chapter = fc.record({
      again: fc.array(fc.nat(1_000), { maxLength: 10 }),
      sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
      workers: fc.integer({ min: 1, max: 3 }),
      retentionDays: fc.constantFrom(35, 35, 90, 400),
      isBusy: fc.boolean(),
      isRestarted: fc.boolean(),
      isRebuilt: fc.boolean(),
    });
    return fc.tuple(places, backfilled, chapter, chapter, chapter).map(([placed, backfilledAge, ...chapters]) =>
      chapters.map((rest, index) => ({
        ...rest,
        records: records.flatMap((record, nth) => {
          const where = placed[nth];
          if (where?.chapter !== index) return [];
          return [backdated(record, where.ageDays, where.isLate && where.ageDays === backfilledAge)];
        }),
      })),
    );
  });
}

/** Rows that a redelivery can still find. */
async function stillStored(database: TestDatabase, records: readonly EventRecord[]): Promise<EventRecord[]> {
  const rows = await database.rows(
    'select event_id from raw_product_views union select event_id from raw_cart_events union select event_id from raw_purchases',
  );
  const ids = new Set(rows.map(({ event_id }) => event_id));
  return records.filter(({ event }) => ids.has(event.event_id));
}

/** Maintenance beside consumers: rows that come in the middle and locks not had in time do no harm, the next turn goes on. */
export async function maintainBesides(database: TestDatabase, retentionDays: number): Promise<void> {
  await maintain(createNeonDatabase(database.maintainerUrl), { retentionDays, now: new Date() }).catch((error) => {
    expect(messageOf(error)).toMatch(/rows came to|lock timeout/);
  });
}

async function play(
  database: TestDatabase,
  consumers: Consumers,
  chapter: Chapter,
  before: readonly EventRecord[],
): Promise<void> {
  const { records, retentionDays, sizes, workers, again } = chapter;
  const inOrder = (list: readonly EventRecord[]) => ({ order: list.map((_, index) => index), sizes, workers });
  const besides = (chapter.isBusy ? [1, 2] : []).map(() => maintainBesides(database, retentionDays));
  await Promise.all([deliver(consumers, records, inOrder(records)), ...besides]);
  const stored = await stillStored(database, [...before, ...records]);
  const redelivered = again.flatMap((index) => stored.slice(index % (stored.length || 1)).slice(0, 1));
  await deliver(consumers, redelivered, inOrder(redelivered));
  await maintain(createNeonDatabase(database.maintainerUrl), { retentionDays, now: new Date() });
  if (chapter.isRebuilt) await withSession(database.url, (session) => rebuild(session, aggregates));
}

/**
 * Asserts that random events, between which expired partitions are dropped, give the oracle's tables after every drop, as
 * if nothing had been dropped. The time limit is for the search of a simpler failure, and shorter than the test's own.
 */
export async function expectNothingLost(
  database: TestDatabase,
  runs: { numRuns: number; events: number; timeLimitMs: number },
): Promise<void> {
  const written = createNeonDatabase(database.writerUrl);
  let archived = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryStory(runs.events), async (chapters) => {
      await emptyTables(database);
      const told: EventRecord[] = [];
      let consumers = consumersOn(written);
      for (const chapter of chapters) {
        if (chapter.isRestarted) consumers = consumersOn(written);
        await play(database, consumers, chapter, told);
        told.push(...chapter.records);
        await expectOracleTables(database, told);
      }
      const [row] = await database.rows('select count(*) from archive.sessions');
      archived += Number(row?.count);
    }),
    { numRuns: runs.numRuns, interruptAfterTimeLimit: runs.timeLimitMs },
  );
  expect(archived).toBeGreaterThan(runs.numRuns);
}
