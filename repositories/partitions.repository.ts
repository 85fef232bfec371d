import type { Statement } from './database.ts';

export type RawTable = 'raw_product_views' | 'raw_cart_events' | 'raw_purchases';

export const rawTables = ['raw_product_views', 'raw_cart_events', 'raw_purchases'] as const satisfies RawTable[];
/** The tables whose old partitions are dropped. Orders are recomputed from purchases, which therefore stay. */
export const expiringTables = ['raw_product_views', 'raw_cart_events'] as const satisfies RawTable[];

/** Months made before they begin: as far ahead as `partition_range` in the migrations makes any. */
export const MONTHS_AHEAD = 3;

/** Makes the partition that holds events of this instant (ISO 8601), where there is none yet. */
export function ensurePartition(table: RawTable, instant: string): Statement {
  return { text: 'select ensure_partition($1, $2)', params: [table, instant] };
}

/**
 * Moves the oldest rows that wait in the default partition to one of their own. The row's column `placed` is its name, or null
 * when none waits but what lies further ahead than any partition is made. May take seconds.
 */
export function emptyDefaultPartition(table: RawTable): Statement {
  return { text: 'select empty_default_partition($1) as placed', params: [table] };
}

/**
 * Drops one partition whose events all happened and were received before the cutoff (ISO 8601), after writing to the archive
 * what aggregates need of it. The row's column `dropped` is its name, or null when none is left. The database refuses a
 * cutoff that is less than 35 days old. May take minutes.
 */
export function dropExpiredPartition(table: (typeof expiringTables)[number], cutoff: string): Statement {
  return { text: 'select drop_expired_partition($1, $2) as dropped', params: [table, cutoff] };
}
