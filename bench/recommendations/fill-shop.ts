import { parseArgs } from 'node:util';
import pg from 'pg';

/**
 * Fills the database of a system with a shop's history: visits of one to eight views spread evenly over sixty days, each
 * within a group of fifty products, a tenth of the views with an add to the cart; groups and products are touched very
 * unequally, as in real shops.
 *
 *   node local/bootstrap.mjs bench/recommendations/fill-shop.ts --events 10000000 --products 100000     (DATABASE_URL set)
 */
const DAYS = 60;
const CHUNKS = 20;
const GROUP_SIZE = 50;
/** Views of a visit: the mean of what the statement draws. */
const MEAN_VIEWS = 4.5;
const ADD_SHARE = 0.1;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000000' }, products: { type: 'string', default: '100000' } },
});
const [events, products] = [Number(values.events), Number(values.products)];
const visitsPerChunk = Math.round(events / (1 + ADD_SHARE) / MEAN_VIEWS / CHUNKS);

const PARTITIONS = `select ensure_partition(parent, now() - n * interval '1 month')
  from unnest(array['raw_product_views', 'raw_cart_events', 'raw_purchases']) parent, generate_series(0, 3) n`;

/** $1 first visit, $2 visits, $3 when the chunk begins, days ago, $4 how long it is, $5 groups. */
const VIEWS = `insert into raw_product_views
    (source, event_id, occurred_at, event_at, received_at, anonymous_id, session_id, trusted, is_bot, digest, product_id)
  select 'web', gen_random_uuid(), at, at, at, 'shopper-' || visit, 'visit-' || visit, false, false, gen_random_uuid(),
    'product-' || grp * ${GROUP_SIZE} + floor(${GROUP_SIZE} * random() ^ 2)::integer
  from (
    select visit, grp, now() - $3::float8 * interval '1 day' + (visit - $1) / $2::float8 * $4::float8 * interval '1 day' + nth * interval '40 seconds' as at
    from (
      select visit, floor($5::integer * random() ^ 2)::integer as grp, 1 + floor(random() * 8) as views
      from generate_series($1::bigint, $1::bigint + $2::bigint - 1) visit offset 0
    ) v, generate_series(1, 8) nth
    where nth <= views
  ) e
  where at < now()`;

const ADDS = `insert into raw_cart_events
    (source, event_id, occurred_at, event_at, received_at, anonymous_id, session_id, trusted, is_bot, digest, type, product_id, quantity)
  select source, gen_random_uuid(), occurred_at + interval '5 seconds', event_at + interval '5 seconds', received_at, anonymous_id,
    session_id, false, false, digest, 'add_to_cart', product_id, 1
  from raw_product_views where random() < ${ADD_SHARE}`;

const POPULARITY = `insert into product_popularity (product_id, hour, views)
  select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from raw_product_views group by 1, 2 on conflict do nothing`;

const PRODUCTS = `insert into products (product_id, category)
  select 'product-' || n, 'category-' || n / ${GROUP_SIZE} % 100 from generate_series(0, $1::integer - 1) n on conflict do nothing`;

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const run = async (what: string, text: string, params: unknown[] = []) => {
  const start = performance.now();
  const { rowCount } = await client.query(text, params);
  console.error(`${what}: ${rowCount} rows in ${((performance.now() - start) / 1000).toFixed(1)} s`);
};
try {
  await run('partitions', PARTITIONS);
  const days = DAYS / CHUNKS;
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const params = [
      chunk * visitsPerChunk,
      visitsPerChunk,
      DAYS - chunk * days,
      days,
      Math.ceil(products / GROUP_SIZE),
    ];
    await run(`views ${chunk + 1}/${CHUNKS}`, VIEWS, params);
  }
  await run('adds', ADDS);
  await run('popularity', POPULARITY);
  await run('products', PRODUCTS, [products]);
  await run('analyze', 'vacuum analyze');
} finally {
  await client.end();
}
