import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

const VIEWS = ['active_sessions', 'top_viewed_items', 'cart_trends', 'realtime_revenue', 'conversion_funnel'];
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

let database: TestDatabase;
let bi: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  const alice = { user_id: 'alice', session_id: 's1' };
  const line = { product_id: 'tea', quantity: 2, unit_price: '5' };
  await store(database, [
    { type: 'product_view', ...alice, product_id: 'tea', name: 'Tea', occurred_at: ago(4) },
    { type: 'product_view', anonymous_id: 'x', session_id: 's2', product_id: 'tea', occurred_at: ago(4) },
    { type: 'add_to_cart', ...alice, product_id: 'tea', quantity: 2, occurred_at: ago(3) },
    { type: 'begin_checkout', ...alice, occurred_at: ago(2) },
    { type: 'purchase', user_id: 'alice', order_id: 'o1', currency: 'EUR', items: [line], occurred_at: ago(1) },
    { type: 'add_to_cart', user_id: 'bob', product_id: 'tea', quantity: 1, occurred_at: ago(90) },
  ]);
  bi = new pg.Client({ connectionString: database.biUrl });
  await bi.connect();
});
afterAll(async () => {
  await bi.end();
  await database.close();
});

const select = async (text: string) => (await bi.query(text)).rows;

test('shows what happened, each tile with its freshness', async () => {
  const [views, revenue] = [
    await select('select * from analytics.top_viewed_items'),
    await select('select * from analytics.realtime_revenue'),
  ];
  expect(views).toMatchObject([{ product_id: 'tea', name: 'Tea', views: '2', cart_adds: '2', units_sold: '2' }]);
  expect(revenue).toMatchObject([{ currency: 'EUR', orders: '1', units: '2', gross: '10', refunded: '0', net: '10' }]);
  expect(
    await select('select views, cart_adds, checkouts from analytics.active_sessions order by views + cart_adds'),
  ).toEqual([
    { views: '1', cart_adds: '0', checkouts: '0' },
    { views: '1', cart_adds: '1', checkouts: '1' },
  ]);
  const [carts] = await select(
    'select sum(adds)::int as adds, sum(abandoned_carts)::int as abandoned from analytics.cart_trends',
  );
  expect(carts).toEqual({ adds: 2, abandoned: 1 });
  for (const view of VIEWS) {
    const [row] = await select(`select min(freshness_seconds)::float8 as age from analytics.${view}`);
    expect(row?.age).toBeGreaterThan(0);
    expect(row?.age).toBeLessThan(7_200);
  }
});

test('counts a server’s purchase without session in the funnel of its person, once', async () => {
  const [sum] =
    await select(`select sum(viewers)::int as viewers, sum(cart_adders)::int as adders, sum(checkouts)::int as checkouts,
    sum(buyers)::int as buyers from analytics.conversion_funnel`);
  expect(sum).toEqual({ viewers: 2, adders: 1, checkouts: 1, buyers: 1 });
});

test('names people and sessions by pseudonyms, the same for the same person', async () => {
  let text = '';
  for (const view of VIEWS) text += JSON.stringify(await select(`select * from analytics.${view}`));
  expect(text).not.toMatch(/alice|bob|"s1"/);
  const people = await select('select distinct person from analytics.active_sessions');
  expect(people).toHaveLength(2);
});

test('lets the BI role read the views and nothing else', async () => {
  const readable = await database.rows(
    `select table_schema || '.' || table_name as name from information_schema.role_table_grants
     where grantee in ('bazaar_bi', 'PUBLIC') and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const views = [...VIEWS, 'experiment_results'].map((view) => `analytics.${view}`);
  expect(readable.map(({ name }) => name).sort()).toEqual(views.sort());
  const tables = await database.rows(`select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'derived', 'analytics') union all
    select format('%I.%I', schemaname, viewname) from pg_views where schemaname = 'derived'`);
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) await expect(select(`select 1 from ${name}`)).rejects.toThrow(/permission denied/);
  for (const refused of [
    "select pg_read_file('/etc/hostname')",
    'create table public.x ()',
    'create table analytics.x ()',
  ])
    await expect(select(refused)).rejects.toThrow(/permission denied|read-only/);
});
