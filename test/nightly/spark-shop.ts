import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { insertVisits } from '../../repositories/session-history.repository.ts';
import type { TestDatabase } from '../brackets/database.ts';

const REAL_SESSIONS = resolve(import.meta.dirname, '../../../shared/data/yoochoose100k_sessions_train.txt.gz');
const VISITORS = 9000;
const VISITS_PER_STATEMENT = 2000;
const SECONDS_BETWEEN_VISITS = 240;
const ID_DIGITS = 12;

/** One session a line where the real file is there; otherwise visitors who walk among the products of one of 60 corners. */
function sessions(): string[][] {
  if (existsSync(REAL_SESSIONS))
    return gunzipSync(readFileSync(REAL_SESSIONS), {})
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  let state = 7;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: 12_000 }, () => {
    const corner = below(60);
    const start = below(25);
    return Array.from({ length: 2 + below(5) }, (_, step) => `c${corner}-${(start + step * (1 + below(2))) % 25}`);
  });
}

/**
 * Fills the history with weeks of a shop that end now: visits of people who come back, some adds to the cart and orders
 * (one of which is reported twice), users who were anonymous before, and bots. Returns how many touches count.
 */
export async function plantShop(database: TestDatabase): Promise<number> {
  const lines = sessions();
  const endMs = Date.now() - 60_000;
  const visits = lines.map((products, nth) => ({
    // The first part makes the events' ids, the last becomes the visitor's.
    anonymousId: `${String(nth).padStart(8, '0')}-0000-4000-8000-${String(nth % VISITORS).padStart(ID_DIGITS, '0')}`,
    products,
    endedAt: new Date(endMs - (lines.length - nth) * SECONDS_BETWEEN_VISITS * 1000),
  }));
  const writer = createNeonDatabase(database.url);
  for (let first = 0; first < visits.length; first += VISITS_PER_STATEMENT)
    await writer.query(insertVisits(visits.slice(first, first + VISITS_PER_STATEMENT)));
  for (const statement of FURTHER_ROWS) await database.rows(statement);
  const [row] = await database.rows(COUNT);
  return Number(row?.touches);
}

const CHOSEN = (of: number) => `abs(hashtext(event_id::text)) % ${of} = 0`;
const COMMON = 'source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, trusted, is_bot, digest';
const LATER = `source, gen_random_uuid(), occurred_at + interval '5 s', event_at + interval '5 s', received_at, user_id, anonymous_id,
  trusted, is_bot, digest`;

const FURTHER_ROWS = [
  `update raw_product_views set anonymous_id = right(anonymous_id, ${ID_DIGITS})`,
  `insert into raw_cart_events (${COMMON}, type, product_id, quantity)
    select ${LATER}, 'add_to_cart', product_id, 1 from raw_product_views where ${CHOSEN(9)}`,
  `insert into raw_purchases (${COMMON}, type, order_id, currency, items, topic_partition, topic_offset)
    select ${LATER}, 'purchase', 'order-' || event_id, 'EUR',
      jsonb_build_array(jsonb_build_object('product_id', product_id, 'quantity', 1, 'unit_price', '5')), 0, 0
    from raw_product_views where ${CHOSEN(31)}`,
  'insert into orders (order_id, source, event_id, occurred_at, event_at) select order_id, source, event_id, occurred_at, event_at from raw_purchases',
  `insert into raw_purchases (${COMMON}, type, order_id, currency, items, topic_partition, topic_offset)
    select ${LATER}, 'purchase', order_id, currency, items, 0, 1 from raw_purchases order by order_id limit 1`,
  `insert into identities (anonymous_id, user_id, linked_at, event_id, source)
    select anonymous_id, 'user-' || right(anonymous_id, 3), now(), gen_random_uuid(), 'evaluation'
    from (select distinct anonymous_id from raw_product_views where anonymous_id like '%7') a`,
  `insert into raw_product_views (${COMMON}, product_id)
    select source, gen_random_uuid(), occurred_at, event_at, received_at, null, 'crawler', trusted, true, digest, product_id
    from raw_product_views where ${CHOSEN(5)}`,
  `insert into product_popularity (product_id, hour, views)
    select product_id, date_trunc('hour', event_at), count(*) from raw_product_views where not is_bot group by 1, 2`,
];

const COUNT = `select (select count(*) from raw_product_views where not is_bot) + (select count(*) from raw_cart_events)
  + (select count(*) from raw_purchases) - 1 as touches`;
