import { messageOf } from '../../platform/errors.ts';
import type { Database } from '../../repositories/database.ts';
import {
  dropExpiredPartition,
  ensurePartition,
  expiringTables,
  MONTHS_AHEAD,
  rawTables,
} from '../../repositories/partitions.repository.ts';
import { finishErasures } from '../people/finish-erasures.ts';

/** The months (`2026-11`) that have their partitions, the partitions dropped, and how many erasures were finished. */
export type Maintained = { months: string[]; dropped: string[]; erasures: number };

const DAY_MS = 86_400_000;
/** Of one table in one run: a first run after years goes on the next day, instead of overrunning its function's time. */
const MAX_DROPS = 24;

/**
 * Makes the partitions of this month and the next ones, finishes erasures, then drops the partitions that have expired. Each step is a transaction of
 * its own, and a step that fails does not keep the others from being done.
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
  // Before the drop, which waits while somebody is being erased.
  const erasures = await finishErasures(database).catch((error) => {
    failures.push(error);
    return 0;
  });
  const cutoff = new Date(now.getTime() - retentionDays * DAY_MS).toISOString();
  const dropped: string[] = [];
  for (const table of expiringTables)
    await dropExpired(database, table, cutoff, dropped).catch((error) => failures.push(error));
  if (failures.length > 0)
    throw new AggregateError(failures, `maintenance failed in part: ${failures.map(messageOf).join('; ')}`);
  return { months, dropped, erasures };
}

async function dropExpired(
  database: Pick<Database, 'query'>,
  table: (typeof expiringTables)[number],
  cutoff: string,
  dropped: string[],
): Promise<void> {
  for (let drops = 0; drops < MAX_DROPS; drops += 1) {
    const [row] = await database.query(dropExpiredPartition(table, cutoff));
    if (typeof row?.dropped !== 'string') return;
    dropped.push(row.dropped);
  }
}

function monthsFrom(now: Date): string[] {
  return Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 7),
  );
}
