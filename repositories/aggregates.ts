/** What audit compares and rebuild writes, for each aggregate table: its key, and the columns that the raw rows decide. */
export type Aggregate = {
  readonly table: string;
  readonly key: readonly string[];
  readonly values: readonly string[];
  /** A column that tells rows of one key apart, whose values are to be added up: so that batches need not wait for one row. */
  readonly slot?: string;
  /** Which rows say something: a counter at zero and an order that was only ever locked say the same as no row. */
  readonly meaningful: string;
};

/** In the order in which they build on each other: links and orders first, then what follows from them. */
export const aggregates: readonly Aggregate[] = [
  {
    table: 'identities',
    key: ['anonymous_id'],
    values: ['user_id', 'linked_at', 'event_id', 'source'],
    meaningful: 'true',
  },
  {
    table: 'orders',
    key: ['order_id'],
    values: [
      ...[
        'source',
        'event_id',
        'occurred_at',
        'event_at',
        'user_id',
        'anonymous_id',
        'session_id',
        'trusted',
        'currency',
        'items',
      ],
      ...['revenue', 'discount', 'tax', 'shipping', 'units', 'refunded', 'refunds', 'waiting_refunds'],
    ],
    meaningful: 'event_id is not null or waiting_refunds > 0',
  },
  {
    table: 'product_popularity',
    key: ['product_id', 'hour'],
    values: ['views', 'cart_adds', 'units_sold'],
    meaningful: '(views, cart_adds, units_sold) <> (0, 0, 0)',
  },
  {
    table: 'live_revenue',
    key: ['minute', 'currency'],
    values: ['orders', 'units', 'gross', 'refunded'],
    meaningful: '(orders, units, gross, refunded) <> (0, 0, 0, 0)',
  },
  {
    table: 'user_sessions',
    key: ['user_id', 'is_anonymous', 'source', 'session_id'],
    values: ['first_seen_at', 'last_seen_at', 'views', 'cart_adds', 'checkouts', 'purchases'],
    meaningful: 'true',
  },
  {
    table: 'funnel_orders',
    key: ['order_id'],
    values: ['event_at', 'anonymous_id', 'user_id', 'is_anonymous', 'day'],
    meaningful: 'event_at >= funnel_begins_at()',
  },
  // On the first day, orders of the day before may count, which are not kept any more.
  {
    table: 'funnel_people',
    key: ['user_id', 'is_anonymous', 'day'],
    values: ['first_seen_at', 'sessions', 'viewing', 'adding', 'checking_out', 'buying', 'reported'],
    meaningful: 'day > first_funnel_day()',
  },
  {
    table: 'funnel_counts',
    key: ['day'],
    values: ['viewers', 'cart_adders', 'checkouts', 'buyers'],
    slot: 'slot',
    meaningful: 'day > first_funnel_day() and (viewers, cart_adders, checkouts, buyers) <> (0, 0, 0, 0)',
  },
  {
    table: 'cart_counts',
    key: ['hour'],
    values: ['adds', 'removes'],
    slot: 'slot',
    meaningful: 'hour >= first_cart_hour() and (adds, removes) <> (0, 0)',
  },
  {
    table: 'user_cart_summary',
    key: ['user_id', 'is_anonymous', 'product_id'],
    values: ['quantity', 'unit_price', 'currency', 'updated_at'],
    meaningful: 'true',
  },
  {
    table: 'user_purchase_history',
    key: ['order_id', 'line'],
    values: [
      ...[
        'user_id',
        'is_anonymous',
        'product_id',
        'quantity',
        'refunded_quantity',
        'unit_price',
        'currency',
        'occurred_at',
      ],
    ],
    meaningful: 'true',
  },
  {
    table: 'products',
    key: ['product_id'],
    values: [
      ...['name', 'category', 'brand', 'unit_price', 'currency'],
      ...['name_stamp', 'category_stamp', 'brand_stamp', 'price_stamp', 'available', 'hidden'],
      ...['event_name', 'event_category', 'event_brand', 'event_unit_price', 'event_currency'],
      ...['event_name_stamp', 'event_category_stamp', 'event_brand_stamp', 'event_price_stamp'],
    ],
    meaningful: 'true',
  },
];
