import type { Database } from '../../repositories/database.ts';
import type { Tables } from './tables.ts';

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const cents = (column: string) => `(${column} * 100)::bigint`;

/** For each table, the columns of a row in the oracle's form. */
const COLUMNS: Record<string, string> = {
  identities: `anonymous_id, user_id, ${time('linked_at')}, event_id, source`,
  product_popularity: `product_id, ${time('hour')}, views, cart_adds, units_sold`,
  live_revenue: `${time('minute')}, currency, orders, units, ${cents('gross')}, ${cents('refunded')}, ${cents('net')}`,
  orders: `order_id, event_id, ${cents('revenue')}, ${cents('refunded')}, waiting_refunds`,
  user_sessions: `user_id, is_anonymous, source, session_id, views, cart_adds, checkouts, purchases, ${time('first_seen_at')}, ${time('last_seen_at')}`,
  user_cart_summary: `user_id, is_anonymous, product_id, quantity, ${cents('unit_price')}, ${time('updated_at')}`,
  user_purchase_history: `user_id, is_anonymous, order_id, line, product_id, quantity, refunded_quantity, ${cents('unit_price')}`,
  products: `product_id, name, category, brand, ${cents('unit_price')}::text`,
};
const MEANINGFUL: Record<string, string> = {
  orders: 'where event_id is not null or waiting_refunds > 0',
  product_popularity: 'where (views, cart_adds, units_sold) <> (0, 0, 0)',
  live_revenue: 'where (orders, units, gross, refunded) <> (0, 0, 0, 0)',
};

/** Reads the aggregate tables in the oracle's form. */
export async function storedTables(database: Database): Promise<Tables> {
  const tables: Tables = {};
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const text = `select jsonb_build_array(${columns}) as row from ${table} ${MEANINGFUL[table] ?? ''}`;
    const rows = await database.query({ text, params: [] });
    tables[table] = rows.map(({ row }) => JSON.stringify(row)).sort();
  }
  return tables;
}
