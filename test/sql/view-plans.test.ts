import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';

const VIEWS = ['active_sessions', 'top_viewed_items', 'cart_trends', 'realtime_revenue', 'conversion_funnel'];
/** Tables of the catalogue's and the settings' size are cheapest read whole; nothing that grows with history is. */
const SMALL_TABLE_ROWS = 5_000;

/** Ninety days of a shop. */
const HISTORY = [
  `select ensure_partition(parent, now() - n * interval '1 month')
   from unnest(array['raw_product_views', 'raw_cart_events', 'raw_purchases']) parent, generate_series(0, 3) n`,
  `insert into product_popularity (product_id, hour, views)
   select 'p' || n % 300, date_trunc('hour', now(), 'UTC') - n / 150 * interval '1 hour', 1 from generate_series(1, 300000) n`,
  `insert into user_sessions (source, user_id, is_anonymous, session_id, first_seen_at, last_seen_at, views, cart_adds, purchases)
   select 'web', 'u' || n % 40000, n % 3 = 0, 's' || n, t, t, 1, n % 5, n % 2
   from (select n, now() - n * interval '39 seconds' as t from generate_series(1, 200000) n) e`,
  `insert into raw_product_views (source, event_id, occurred_at, event_at, received_at, user_id, trusted, is_bot, digest, product_id)
   select 'load', gen_random_uuid(), t, t, t, 'u' || n % 5000, true, false, gen_random_uuid(), 'p' || n % 300
   from (select n, now() - n * interval '2 minutes' as t from generate_series(1, 60000) n) e`,
  `insert into raw_cart_events (source, event_id, occurred_at, event_at, received_at, user_id, trusted, is_bot, digest, type, product_id, quantity)
   select 'load', gen_random_uuid(), t, t, t, 'u' || n % 5000, true, false, gen_random_uuid(), 'add_to_cart', 'p' || n % 300, 1
   from (select n, now() - n * interval '2 minutes' as t from generate_series(1, 60000) n) e`,
  `insert into raw_purchases (source, event_id, occurred_at, event_at, received_at, user_id, trusted, is_bot, digest, type, order_id, currency,
     items, topic_partition, topic_offset)
   select 'load', gen_random_uuid(), t, t, t, 'u' || n % 5000, true, false, gen_random_uuid(), 'purchase', 'o' || n, 'EUR', '[]', 0, n
   from (select n, now() - n * interval '4 minutes' as t from generate_series(1, 30000) n) e`,
  `insert into orders (order_id, source, event_id, occurred_at, event_at, user_id)
   select order_id, source, event_id, occurred_at, event_at, user_id from raw_purchases`,
  `insert into live_revenue (minute, currency, orders, units, gross)
   select now() - n * interval '4 minutes', 'EUR', 1, 1, 1 from generate_series(1, 30000) n`,
  `insert into user_cart_summary (user_id, is_anonymous, product_id, quantity, updated_at)
   select 'u' || n, false, 'p1', 1, now() - n * interval '10 minutes' from generate_series(1, 12000) n`,
  `insert into identities (anonymous_id, user_id, linked_at, event_id, source)
   select 'a' || n, 'u' || n, now(), gen_random_uuid(), 'web' from generate_series(1, 20000) n`,
];

let database: TestDatabase;
let bi: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  for (const statement of HISTORY) await database.rows(statement);
  await database.rows('analyze');
  bi = new pg.Client({ connectionString: database.biUrl });
  await bi.connect();
}, 120_000);
afterAll(async () => {
  await bi.end();
  await database.close();
});

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] };

function tablesReadWhole(plan: Plan): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? ''] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(tablesReadWhole)];
}

/** As the owner, who may look at the plan of a view that stands on tables the BI role may not read. */
async function planOf(view: string): Promise<Plan> {
  const rows = await database.rows(`explain (format json) select * from analytics.${view}`);
  const [{ 'QUERY PLAN': explained }] = rows as [{ 'QUERY PLAN': [{ Plan: Plan }] }];
  return explained[0].Plan;
}

test.each(VIEWS)('reads %s from index ranges, nothing that grows with history as a whole', async (view) => {
  const whole = tablesReadWhole(await planOf(view));
  const grown = await database.rows(
    'select relname, reltuples from pg_class where relname = any ($1) and reltuples > $2',
    [whole, SMALL_TABLE_ROWS],
  );
  expect(grown).toEqual([]);
});

test.each(VIEWS)('answers %s to the BI role within its time', async (view) => {
  expect((await bi.query(`select * from analytics.${view}`)).rows.length).toBeGreaterThan(0);
});
