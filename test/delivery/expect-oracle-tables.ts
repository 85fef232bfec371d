import { expect } from 'vitest';
import type { EventRecord } from '../../events/record.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit, type Difference } from '../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { storedTables } from '../oracle/stored-tables.ts';
import { tablesOf } from '../oracle/tables.ts';

/**
 * Asserts that the tables are the oracle's for these events, that audit has nothing to say, and that nobody deadlocked. `said`
 * is what was ever said of products, where that is more.
 */
export async function expectOracleTables(
  database: TestDatabase,
  records: readonly EventRecord[],
  said = records,
): Promise<void> {
  expect(await storedTables(createNeonDatabase(database.url))).toEqual(tablesOf(records, said));
  await expectAudited(database);
}

/** Asserts that audit has nothing to say, and that nobody deadlocked. */
export async function expectAudited(database: TestDatabase): Promise<void> {
  const found: Difference[] = [];
  await withSession(database.url, (session) => audit(session, aggregates, (_, difference) => found.push(difference)));
  expect(found).toEqual([]);
  const [row] = await database.rows('select deadlocks from pg_stat_database where datname = current_database()');
  expect(Number(row?.deadlocks)).toBe(0);
}
