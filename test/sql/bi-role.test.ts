import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';

let database: TestDatabase;
const bi = (text: string) => query(database.biUrl, text);
beforeAll(async () => {
  database = await openTestDatabase();
  await database.rows(
    `insert into live_revenue (minute, currency, orders, units, gross) values
       (date_trunc('minute', now()), 'EUR', 1, 1, 10), (date_trunc('minute', now()) - interval '3 days', 'CHF', 0, 5, 777)`,
  );
  await database.rows(
    `insert into user_sessions (source, user_id, is_anonymous, session_id, first_seen_at, last_seen_at, views)
     values ('hidden-source', 'alice', false, 's', now() - interval '2 days', now() - interval '2 days', 0)`,
  );
  await database.rows('analyze');
});
afterAll(() => database.close());

const VIEWS = [
  'active_sessions',
  'cart_trends',
  'conversion_funnel',
  'experiment_results',
  'realtime_revenue',
  'top_viewed_items',
];

/** The planner tries a cheaper condition first, also on rows that the view itself would not show; without an index on all of them. */
const ATTACKS = ['realtime_revenue where 1 / orders > 100', 'active_sessions where 1 / views > 100'].map(
  (condition) => `set enable_indexscan = off; set enable_bitmapscan = off; select 1 from analytics.${condition}`,
);

test('rows that a view leaves out cannot be had through an error or a condition that is tried on them first', async () => {
  expect(await bi('select currency from analytics.realtime_revenue')).toEqual([{ currency: 'EUR' }]);
  for (const attack of ATTACKS) await bi(attack);
  const barriers = await database.rows(
    `select relname from pg_class where relkind = 'v' and relnamespace = 'analytics'::regnamespace
     and reloptions::text like '%security_barrier=true%' order by 1`,
  );
  expect(barriers.map(({ relname }) => relname)).toEqual(VIEWS);
  for (const view of VIEWS) await database.rows(`alter view analytics.${view} reset (security_barrier)`);
  for (const attack of ATTACKS) await expect(bi(attack)).rejects.toThrow('division by zero');
});

test('no plan, statistic or running statement tells a value of a table', async () => {
  for (const table of [
    'public.orders',
    'public.raw_product_views',
    'derived.orders',
    'archive.links',
    'public.analytics_settings',
  ])
    for (const attack of [`explain select * from ${table}`, `explain analyze select count(*) from ${table}`])
      await expect(bi(attack), attack).rejects.toThrow(/permission denied/);
  expect(await bi("select * from pg_stats where schemaname in ('public', 'derived', 'archive')")).toEqual([]);
  expect(await bi("select * from pg_stats_ext where schemaname = 'public'")).toEqual([]);
  await expect(bi('select * from pg_statistic')).rejects.toThrow(/permission denied/);
  await expect(bi('select * from pg_authid')).rejects.toThrow(/permission denied/);
  const other = new pg.Client({ connectionString: database.writerUrl });
  await other.connect();
  try {
    await other.query("select 'alice' as whose from raw_product_views limit 1");
    const seen = await bi("select query from pg_stat_activity where usename is distinct from 'bazaar_bi'");
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain('alice');
  } finally {
    await other.end();
  }
});

test('no function that it may call reads a table, a file or another server for it', async () => {
  const owners = await database.rows(
    `select p.oid::regprocedure::text as name from pg_proc p
     where prosecdef and has_function_privilege('bazaar_bi', p.oid, 'execute') and pronamespace <> 'pg_catalog'::regnamespace`,
  );
  expect(owners).toEqual([]);
  for (const call of [
    "public.recommend('alice', true, 5)",
    "public.export_person('alice', 'orders', null, 1)",
    "pg_read_file('/etc/hostname')",
    "pg_ls_dir('.')",
    "lo_import('/etc/hostname')",
    "query_to_xml('select * from public.orders', true, true, '')",
    "table_to_xml('public.orders', true, true, '')",
    'pg_terminate_backend(pg_backend_pid() - 1)',
  ]) {
    const said = await bi(`select ${call} as answer`).then(
      (rows) => JSON.stringify(rows),
      (error) => String(error),
    );
    expect(said, call).toMatch(/permission denied|does not exist|"answer":(false|"")/);
  }
  expect(JSON.stringify(await bi("select database_to_xml(true, true, '')"))).not.toMatch(/alice|raw_product_views|777/);
  await expect(bi("copy (select 1) to program 'id'")).rejects.toThrow(/permission denied/);
  await expect(bi("copy analytics.realtime_revenue to '/tmp/x'")).rejects.toThrow(
    /permission denied|cannot copy from view/,
  );
});
