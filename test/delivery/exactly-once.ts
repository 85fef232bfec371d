import fc from 'fast-check';
import { expect } from 'vitest';
import type { EventRecord } from '../../events/record.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit, type Difference } from '../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { arbitraryRecords } from '../oracle/arbitrary-events.ts';
import { storedTables } from '../oracle/stored-tables.ts';
import { tablesOf } from '../oracle/tables.ts';
import { consumersOn, deliver, type Schedule } from './deliver.ts';

const TABLES = `raw_product_views, raw_cart_events, raw_purchases, product_popularity, live_revenue, user_sessions,
  user_cart_summary, orders, user_purchase_history, identities, persons, products, dead_letters`;

/** Every record at least once, in any order, some again, cut into batches that up to four consumers work off. */
function arbitrarySchedule(records: readonly EventRecord[]): fc.Arbitrary<Schedule> {
  const indexes = records.map((_, index) => index);
  const everything = fc.shuffledSubarray(indexes, { minLength: indexes.length });
  const again = indexes.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...indexes), { maxLength: 20 });
  return fc.record({
    order: fc.tuple(everything, again).map((parts) => parts.flat()),
    sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
    workers: fc.integer({ min: 1, max: 4 }),
  });
}

async function countDeadlocks(database: TestDatabase): Promise<number> {
  const [row] = await database.rows('select deadlocks from pg_stat_database where datname = current_database()');
  return Number(row?.deadlocks);
}

async function differences(database: TestDatabase): Promise<Difference[]> {
  const found: Difference[] = [];
  await withSession(database.url, (session) => audit(session, aggregates, (_, difference) => found.push(difference)));
  return found;
}

/** Asserts that random events under random delivery give the oracle's tables, without a difference or a deadlock. */
export async function expectExactlyOnce(
  database: TestDatabase,
  runs: { numRuns: number; events: number },
): Promise<void> {
  const written = createNeonDatabase(database.writerUrl);
  const owned = createNeonDatabase(database.url);
  const cases = arbitraryRecords(runs.events).chain((records) =>
    arbitrarySchedule(records).map((schedule) => ({ records, schedule })),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ records, schedule }) => {
      await database.rows(`truncate ${TABLES}`);
      await deliver(consumersOn(written), records, schedule);
      expect(await storedTables(owned)).toEqual(tablesOf(records));
      expect(await differences(database)).toEqual([]);
    }),
    { numRuns: runs.numRuns },
  );
  expect(await countDeadlocks(database)).toBe(0);
}
