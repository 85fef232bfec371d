import type { Statement } from './database.ts';

export type RawTable = 'raw_product_views' | 'raw_cart_events' | 'raw_purchases';

/** Makes the monthly partitions that do not exist yet. Months as ISO 8601 instants. */
export function ensureMonths(table: RawTable, months: readonly string[]): Statement {
  return { text: 'select ensure_months($1::text::regclass, $2::timestamptz[])', params: [table, months] };
}
