import type { Statement } from './database.ts';

export type RawTable = 'raw_product_views' | 'raw_cart_events' | 'raw_purchases';

/** Makes the partition that holds events of this instant (ISO 8601), where there is none yet. */
export function ensurePartition(table: RawTable, instant: string): Statement {
  return { text: 'select ensure_partition($1, $2)', params: [table, instant] };
}
