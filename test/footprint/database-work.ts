import { neonConfig } from '@neondatabase/serverless';
import * as z from 'zod';
import { keepAliveFetch, type PostRequest } from '../../repositories/keep-alive-fetch.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';
import type { Figures } from './figures.ts';

const FLUSH = 'select pg_stat_force_next_flush()';
/** Without updates that touch no index: how many they are hangs on when dead rows were cleared from a page. Partitions count for their table; a table that nothing was done to is left out. */
const ROWS = `select coalesce(pg_partition_root(relid), relid)::regclass::text as name, sum(n_tup_ins)::int as rows_inserted,
    sum(n_tup_upd)::int as rows_updated, sum(n_tup_del)::int as rows_deleted
  from pg_stat_user_tables group by 1 having sum(n_tup_ins + n_tup_upd + n_tup_del) > 0`;
/**
 * Of this database alone, without the pages that the first change after a checkpoint writes whole: when one comes is nobody's
 * here to say, and other tests write beside this one.
 */
const WAL = (start: string) => `select coalesce(sum(bytes), 0)::int as bytes from (
    select max(record_length) - sum(coalesce(block_fpi_length, 0)) as bytes
    from pg_get_wal_block_info('${start}', pg_current_wal_flush_lsn(), false)
    where reldatabase = (select oid from pg_database where datname = current_database()) group by start_lsn
  ) records`;

export type Work = { requests: number; statements: number; requestBytes: number; walBytes: number; rows: Figures };

const requestSchema = z.union([z.object({ queries: z.array(z.unknown()) }), z.object({ query: z.string() })]);

/** An autovacuum that happens to come by writes log of its own: up to a third of what a batch of ours does. */
const NO_AUTOVACUUM = `do $$
  declare
    counted regclass;
  begin
    for counted in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
      execute format('alter table %s set (autovacuum_enabled = off, toast.autovacuum_enabled = off)', counted);
    end loop;
  end $$`;

/** Makes what `workOf` counts WAL with, and sees to it that nobody else writes to the tables that there are by now. */
export async function prepareToCount(database: TestDatabase): Promise<void> {
  await query(database.adminUrl, 'create extension pg_walinspect');
  await query(database.adminUrl, NO_AUTOVACUUM);
}

/** Does the work and tells what it was to the database: what was sent to it, and what it wrote. */
export async function workOf(database: TestDatabase, work: () => Promise<unknown>): Promise<Work> {
  const before = await rowsWritten(database);
  const [at] = await database.rows('select pg_current_wal_flush_lsn() as lsn');
  const bodies = await sentDuring(work);
  const [wal] = await query(database.adminUrl, WAL(String(at?.lsn)));
  const requests = bodies.map((body) => requestSchema.parse(JSON.parse(body)));
  return {
    requests: bodies.length,
    statements: requests.reduce((sum, request) => sum + ('queries' in request ? request.queries.length : 1), 0),
    requestBytes: bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0),
    walBytes: Number(wal?.bytes),
    rows: difference(before, await rowsWritten(database)),
  };
}

/** The bodies of the driver's requests. */
async function sentDuring(work: () => Promise<unknown>): Promise<string[]> {
  const bodies: string[] = [];
  neonConfig.fetchFunction = (url: string, request: PostRequest) => {
    bodies.push(request.body);
    return keepAliveFetch(url, request);
  };
  try {
    await work();
    return bodies;
  } finally {
    neonConfig.fetchFunction = keepAliveFetch;
  }
}

async function rowsWritten(database: TestDatabase): Promise<Figures> {
  // A backend keeps what it counted to itself for a second, unless it is asked; one request after the other is one backend's.
  await createNeonDatabase(database.writerUrl).query({ text: FLUSH, params: [] });
  const rows = await database.rows(ROWS);
  const named = rows.flatMap(({ name, ...counts }) =>
    Object.entries(counts).map(([count, value]): [string, number] => [`${count}.${name}`, Number(value)]),
  );
  return Object.fromEntries(named);
}

function difference(before: Figures, after: Figures): Figures {
  const changes = Object.entries(after).map(([name, value]): [string, number] => [name, value - (before[name] ?? 0)]);
  return Object.fromEntries(changes.filter(([, change]) => change > 0));
}
