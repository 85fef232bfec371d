import fc from 'fast-check';
import type { EventRecord } from '../../events/record.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { arbitraryRecords } from '../oracle/arbitrary-events.ts';
import { consumersOn, deliver, type Schedule } from './deliver.ts';
import { emptyTables } from './empty-tables.ts';
import { expectOracleTables } from './expect-oracle-tables.ts';

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

/** Asserts that random events under random delivery give the oracle's tables, without a difference or a deadlock. */
export async function expectExactlyOnce(
  database: TestDatabase,
  runs: { numRuns: number; events: number },
): Promise<void> {
  const written = createNeonDatabase(database.writerUrl);
  const cases = arbitraryRecords(runs.events).chain((records) =>
    arbitrarySchedule(records).map((schedule) => ({ records, schedule })),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ records, schedule }) => {
      await emptyTables(database);
      await deliver(consumersOn(written), records, schedule);
      await expectOracleTables(database, records);
    }),
    { numRuns: runs.numRuns },
  );
}
