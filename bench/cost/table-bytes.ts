import pg from 'pg';

/** One table with its partitions: bytes for each of its rows, and for each event that was stored. */
export type TableBytes = { table: string; rows: number; rowBytes: number; indexBytes: number; bytesPerEvent: number };

const SIZES = `select coalesce(pg_partition_root(c.oid), c.oid::regclass)::text as table, sum(greatest(c.reltuples, 0))::float8 as rows,
    sum(pg_table_size(c.oid))::float8 as table_bytes, sum(pg_indexes_size(c.oid))::float8 as index_bytes
  from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
  group by 1 having sum(greatest(c.reltuples, 0)) > 0 order by sum(pg_total_relation_size(c.oid)) desc`;

/** What the tables take after so many events, free space in them included. */
export async function measureTables(adminUrl: string, events: number): Promise<TableBytes[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('vacuum analyze');
    const { rows } = await admin.query(SIZES);
    return rows.map(({ table, rows: count, table_bytes, index_bytes }) => ({
      ...{ table, rows: count, rowBytes: table_bytes / count, indexBytes: index_bytes / count },
      bytesPerEvent: (table_bytes + index_bytes) / events,
    }));
  } finally {
    await admin.end();
  }
}

/** One row for each view and cart event, which expire. */
const expiring = ['raw_product_views', 'raw_cart_events'];
/** They grow with products, hours and days, or not at all. */
const bounded = [
  ...['product_popularity', 'products', 'live_revenue', 'analytics_settings'],
  ...['funnel_people', 'funnel_orders', 'funnel_counts', 'cart_counts'],
  ...['model_runs', 'current_model', 'product_neighbors', 'product_embeddings', 'model_trending', 'user_embeddings'],
  ...['erasure_settings', 'schema_migrations'],
];

/** Bytes of a raw view or cart event, and of what is left of an event for good, over all events. */
export function storedBytes(tables: readonly TableBytes[]): { rawRow: number; lasting: number } {
  const raw = tables.filter(({ table }) => expiring.includes(table));
  const sum = (of: readonly TableBytes[], bytes: (table: TableBytes) => number) =>
    of.reduce((all, each) => all + bytes(each), 0);
  const rest = tables.filter(({ table }) => !expiring.includes(table) && !bounded.includes(table));
  return {
    rawRow: sum(raw, ({ rows, rowBytes, indexBytes }) => rows * (rowBytes + indexBytes)) / sum(raw, ({ rows }) => rows),
    lasting: sum(rest, ({ bytesPerEvent }) => bytesPerEvent),
  };
}
