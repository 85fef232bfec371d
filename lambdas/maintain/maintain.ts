import { messageOf } from '../../platform/errors.ts';
import type { Database, Statement } from '../../repositories/database.ts';
import {
  dropExpiredPartition,
  emptyDefaultPartition,
  ensurePartition,
  expiringTables,
  MONTHS_AHEAD,
  rawTables,
} from '../../repositories/partitions.repository.ts';
import { forgetOldCounts } from '../../repositories/recent-counts.repository.ts';
import { finishErasures } from '../people/finish-erasures.ts';

/**
 * The months (`2026-11`) that have their partitions, the partitions made for rows that had none, the partitions dropped, and how
 * many erasures were finished.
 */
export type Maintained = { months: string[]; placed: string[]; dropped: string[]; erasures: number };

const DAY_MS = 86_400_000;
/** Of one table in one run: a first run after years goes on the next day, instead of overrunning its function's time. */
const MAX_PARTITIONS = 24;

/**
 * Makes the partitions of this month and the next ones, empties the default partitions, finishes erasures, forgets who was
 * counted on days that no view shows any more, then drops the partitions that have expired. Each step is a transaction of its
 * own, and a step that fails does not keep the others from being done.
 *
 * @param database the role `bazaar_maintainer`, in a session: Neon ends a request over HTTP after 15 s, and to condense a
 * large partition takes minutes.
 * @param options.retentionDays how long raw events are kept after their receipt; the database refuses less than 35.
 * @throws AggregateError with the error of each step that failed, once all steps were tried.
 */
export async function maintain(
  database: Pick<Database, 'query'>,
  { retentionDays, now }: { retentionDays: number; now: Date },
): Promise<Maintained> {
  const failures: unknown[] = [];
  const months = monthsFrom(now);
  for (const table of rawTables)
    for (const month of months)
      await database.query(ensurePartition(table, `${month}-01T00:00:00Z`)).catch((error) => failures.push(error));
  const placed: string[] = [];
  // Before the drop, which finds no rows of a default partition.
  for (const table of rawTables)
    await repeat(database, emptyDefaultPartition(table), 'placed', placed).catch((error) => failures.push(error));
  // Before the drop too, which waits while somebody is being erased.
  const erasures = await finishErasures(database).catch((error) => {
    failures.push(error);
    return 0;
  });
  for (const forget of forgetOldCounts) await database.query(forget).catch((error) => failures.push(error));
  const cutoff = new Date(now.getTime() - retentionDays * DAY_MS).toISOString();
  const dropped: string[] = [];
  for (const table of expiringTables)
    await repeat(database, dropExpiredPartition(table, cutoff), 'dropped', dropped).catch((error) =>
      failures.push(error),
    );
  if (failures.length > 0)
    throw new AggregateError(failures, `maintenance failed in part: ${failures.map(messageOf).join('; ')}`);
  return { months, placed, dropped, erasures };
}

/** Asks again until no partition is named any more, and notes those that were. */
async function repeat(
  database: Pick<Database, 'query'>,
  statement: Statement,
  column: string,
  names: string[],
): Promise<void> {
  for (let times = 0; times < MAX_PARTITIONS; times += 1) {
    const name = (await database.query(statement))[0]?.[column];
    if (typeof name !== 'string') return;
    names.push(name);
  }
}

function monthsFrom(now: Date): string[] {
  return Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 7),
  );
}
