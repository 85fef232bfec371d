import { query } from '../brackets/query.ts';
import type { RunningSystem } from './running-system.ts';

/** The product and the orders that say how far the consumers have come stand in none of these. */
const TABLES = {
  views: `select product_id, name, category, unit_price::text, currency, user_id, anonymous_id, session_id, context
    from raw_product_views where product_id <> 'last' order by event_at, product_id`,
  carts: `select type, product_id, quantity, unit_price::text, currency, user_id, anonymous_id, context is null as bare
    from raw_cart_events where product_id is distinct from 'last' order by event_at, product_id`,
  purchases: `select type, order_id, currency, items, discount::text, tax::text, shipping::text, amount::text, user_id
    from raw_purchases where currency <> 'CHF' order by event_at`,
  cart: "select user_id, product_id, quantity::int from user_cart_summary where product_id <> 'last' order by 1, 2",
  revenue: `select currency, sum(orders)::int as orders, sum(units)::int as units, sum(gross)::text as gross,
      sum(refunded)::text as refunded, sum(net)::text as net
    from live_revenue where currency <> 'CHF' group by 1 order by 1`,
  history: `select user_id, order_id, product_id, quantity::int, refunded_quantity::int, unit_price::text
    from user_purchase_history where currency <> 'CHF' order by 1, 2, 3`,
  sessions: `select user_id, session_id, views::int, cart_adds::int, checkouts::int, purchases::int
    from user_sessions order by 1`,
  popularity: `select product_id, sum(views)::int as views, sum(cart_adds)::int as cart_adds,
      sum(units_sold)::int as units_sold
    from product_popularity where product_id <> 'last' group by 1 order by 1`,
  people: 'select anonymous_id, user_id from identities order by 1',
  letters: 'select reason from dead_letters',
} as const;

export type ShopTables = Record<keyof typeof TABLES, Record<string, unknown>[]>;

/** One statement, thus one moment: read one by one, some would be from before a batch and some from behind it. */
const ALL = `select ${Object.entries(TABLES)
  .map(([name, text]) => `(select coalesce(json_agg(t), '[]') from (${text}) t) as ${name}`)
  .join(', ')}`;

/** What the tables say of everything that was sent. */
export async function shopTables({ database_url }: Pick<RunningSystem, 'database_url'>): Promise<ShopTables> {
  const [tables] = await query(database_url, ALL);
  return tables as ShopTables;
}
