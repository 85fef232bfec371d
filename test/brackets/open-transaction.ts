import pg from 'pg';
import { expect } from 'vitest';
import type { Statement } from '../../repositories/database.ts';
import type { TestDatabase } from './database.ts';
import { query } from './query.ts';

/** A transaction that is open while `work` runs, which may do more in it, and committed when that says so. */
export async function during(
  url: string,
  statements: readonly Statement[],
  work: (commit: () => Promise<unknown>, run: (statement: Statement) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    const run = ({ text, params }: Statement) => client.query(text, [...params]);
    for (const statement of statements) await run(statement);
    await work(() => client.query('commit'), run);
  } finally {
    await client.end();
  }
}

/** Waits until so many sessions of this database wait for something of this kind. */
export async function expectWaiting(database: TestDatabase, kind: 'Lock' | 'PgSleep', sessions = 1): Promise<void> {
  const waiting = `select count(*)::int from pg_stat_activity
    where datname = current_database() and '${kind}' in (wait_event_type, wait_event)`;
  await expect.poll(() => query(database.adminUrl, waiting), { timeout: 10_000 }).toEqual([{ count: sessions }]);
}
