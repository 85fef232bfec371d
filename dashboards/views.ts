/** What a column holds, as far as a BI tool must know it beforehand. `day` is a date without a time or a zone. */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'time' | 'day';

/** The columns of the five views, in their order, for tools that have to be told. */
export const views = {
  active_sessions: {
    source: 'text',
    person: 'text',
    is_anonymous: 'boolean',
    session: 'text',
    first_seen_at: 'time',
    last_seen_at: 'time',
    views: 'integer',
    cart_adds: 'integer',
    checkouts: 'integer',
    purchases: 'integer',
    newest_event_at: 'time',
    freshness_seconds: 'decimal',
  },
  top_viewed_items: {
    product_id: 'text',
    name: 'text',
    category: 'text',
    brand: 'text',
    views: 'integer',
    cart_adds: 'integer',
    units_sold: 'integer',
    newest_event_at: 'time',
    freshness_seconds: 'decimal',
  },
  cart_trends: {
    hour: 'time',
    adds: 'integer',
    removes: 'integer',
    abandoned_carts: 'integer',
    recovered_carts: 'integer',
    newest_event_at: 'time',
    freshness_seconds: 'decimal',
  },
  realtime_revenue: {
    minute: 'time',
    currency: 'text',
    orders: 'integer',
    units: 'integer',
    gross: 'decimal',
    refunded: 'decimal',
    net: 'decimal',
    newest_event_at: 'time',
    freshness_seconds: 'decimal',
  },
  conversion_funnel: {
    day: 'day',
    viewers: 'integer',
    cart_adders: 'integer',
    checkouts: 'integer',
    buyers: 'integer',
    conversion: 'decimal',
    newest_event_at: 'time',
    freshness_seconds: 'decimal',
    day_starts_at: 'time',
  },
} as const satisfies Record<string, Record<string, ColumnKind>>;

export type ViewName = keyof typeof views;
export type ColumnOf<View extends ViewName> = keyof (typeof views)[View] & string;
