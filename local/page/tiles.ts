/** Reads rows from the BI views, with the BI role and bounded in time. */
export type ViewQuery = (sql: string) => Promise<Record<string, unknown>[]>;

/** One tile of the page: what the view says, or why it could not be asked. */
export type Tile = {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly error?: string;
};

/** The first column names a row; `freshness_seconds` goes into the heading of its tile. */
const tiles = [
  {
    name: 'active_sessions',
    title: 'Active sessions, 30 minutes',
    sql: `select count(*) as sessions, count(*) filter (where not is_anonymous) as logged_in, count(*) filter (where cart_adds > 0) as with_cart,
            count(*) filter (where purchases > 0) as bought, min(freshness_seconds) as freshness_seconds
          from analytics.active_sessions`,
  },
  {
    name: 'realtime_revenue',
    title: 'Revenue, 24 hours',
    sql: `select currency, sum(net) as net, sum(net) filter (where minute > now() - interval '1 hour') as last_hour,
            sum(orders) as orders, sum(refunded) as refunded,
            (select freshness_seconds from analytics.realtime_revenue order by minute desc limit 1) as freshness_seconds
          from analytics.realtime_revenue group by currency order by currency limit 12`,
  },
  {
    name: 'conversion_funnel',
    title: 'Conversion funnel by day',
    sql: `select day::text as day, viewers, cart_adders, checkouts, buyers, conversion, freshness_seconds
          from analytics.conversion_funnel order by analytics.conversion_funnel.day desc limit 7`,
  },
  {
    name: 'top_viewed_items',
    title: 'Top viewed items, 24 hours',
    sql: `select coalesce(name, product_id) as product, views, cart_adds, units_sold, category,
            min(freshness_seconds) over () as freshness_seconds
          from analytics.top_viewed_items order by views desc, product_id limit 12`,
  },
  {
    name: 'cart_trends',
    title: 'Cart trends by hour',
    sql: `select hour, adds, removes, abandoned_carts as abandoned, recovered_carts as recovered,
            min(freshness_seconds) over () as freshness_seconds
          from analytics.cart_trends order by hour desc limit 12`,
  },
] as const;

/** Reads all tiles; one that fails says so and leaves the others alone. */
export async function readTiles(query: ViewQuery): Promise<Tile[]> {
  return Promise.all(
    tiles.map(async ({ name, title, sql }): Promise<Tile> => {
      try {
        return { name, title, rows: await query(sql) };
      } catch {
        return { name, title, rows: [], error: 'the database does not answer' };
      }
    }),
  );
}
