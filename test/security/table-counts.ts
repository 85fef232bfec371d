import type { TestDatabase } from '../brackets/database.ts';

/** How many rows each of our tables holds. */
export async function countRows(database: TestDatabase): Promise<Record<string, number>> {
  const tables = await database.rows(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'archive') order by 1`,
  );
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as count from ${name}`);
  const rows = await database.rows(counts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
}
