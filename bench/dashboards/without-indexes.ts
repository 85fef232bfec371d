import type pg from 'pg';

const INDEXES = `select c.relname as table, i.relname as index, replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ') as definition,
    k.conname as constraint, pg_get_constraintdef(k.oid) as key
  from pg_index x
  join pg_class c on c.oid = x.indrelid
  join pg_class i on i.oid = x.indexrelid
  left join pg_constraint k on k.conindid = x.indexrelid and k.contype in ('p', 'u')
  where c.relname = any ($1) and c.relnamespace = 'public'::regnamespace`;

type Index = { table: string; index: string; definition: string; constraint: string | null; key: string | null };

/** Does `work` while these tables have no index, and makes the same indexes again: many rows are stored much faster so. */
export async function withoutIndexes(
  client: pg.Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const indexes = (await client.query(INDEXES, [tables])).rows as Index[];
  for (const { table, index, constraint } of indexes)
    await client.query(
      constraint === null ? `drop index ${index}` : `alter table ${table} drop constraint ${constraint}`,
    );
  await work();
  for (const { table, definition, constraint, key } of indexes)
    await client.query(constraint === null ? definition : `alter table ${table} add constraint ${constraint} ${key}`);
}
