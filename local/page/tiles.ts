/** Runs one SELECT, bounded in time. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** One tile of the page: what was read, or why it could not be. */
export type Tile = {
  readonly name: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly error?: string;
};

/** How a tile is read. */
export type TileSource = { readonly name: string; read(): Promise<Record<string, unknown>[]> };

/** The views of schema `analytics`, as any BI tool reads them. `newest_event_at` says how fresh a row is. */
const views: Record<string, string> = {
  active_sessions: `
    with s as materialized (select * from analytics.active_sessions),
    minutes as (select generate_series(now() - interval '29 minutes', now(), interval '1 minute') as minute)
    select count(*)::int as sessions, count(*) filter (where not is_anonymous)::int as logged_in,
      count(*) filter (where cart_adds > 0)::int as with_cart, count(*) filter (where purchases > 0)::int as bought,
      (select json_agg(t.n order by t.minute) from (
        select m.minute, (select count(*) from s where first_seen_at <= m.minute and last_seen_at > m.minute - interval '1 minute') as n
        from minutes m) t) as by_minute,
      max(newest_event_at) as newest_event_at
    from s`,
  realtime_revenue: `
    with r as materialized (select * from analytics.realtime_revenue),
    minutes as (
      select generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()), interval '1 minute') as minute
    )
    select currency, sum(net)::text as net, (sum(net) filter (where minute > now() - interval '1 hour'))::text as last_hour,
      sum(orders)::int as orders, sum(refunded)::text as refunded,
      (select json_agg(coalesce(p.net, 0)::float8 order by m.minute)
        from minutes m left join r p on p.minute = m.minute and p.currency = r.currency) as by_minute,
      max(newest_event_at) as newest_event_at
    from r group by currency order by sum(orders) desc, currency limit 4`,
  conversion_funnel: `
    select day::text as day, viewers::int, cart_adders::int, checkouts::int, buyers::int, conversion::float8, newest_event_at
    from analytics.conversion_funnel f order by f.day desc limit 2`,
  top_viewed_items: `
    select product_id, name, category, views::int, cart_adds::int, units_sold::int, newest_event_at
    from analytics.top_viewed_items t order by t.views desc, product_id limit 8`,
  cart_trends: `
    select hour, adds::int, removes::int, abandoned_carts::int as abandoned, recovered_carts::int as recovered, newest_event_at
    from analytics.cart_trends order by hour`,
};

/** The tiles over the BI views. `query` asks as the BI role. */
export function viewTiles(query: Query): TileSource[] {
  return Object.entries(views).map(([name, sql]) => ({ name, read: () => query(sql) }));
}

/** Reads all tiles; one that fails says so and leaves the others alone. */
export async function readTiles(sources: readonly TileSource[]): Promise<Tile[]> {
  return Promise.all(
    sources.map(async ({ name, read }): Promise<Tile> => {
      try {
        return { name, rows: await read() };
      } catch {
        return { name, rows: [], error: 'the database does not answer' };
      }
    }),
  );
}
