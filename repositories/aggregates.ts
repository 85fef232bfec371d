/** What audit compares and rebuild writes, for each aggregate table: its key, and the columns that the raw rows decide. */
export type Aggregate = {
  readonly table: string;
  readonly key: readonly string[];
  readonly values: readonly string[];
  /** Counters may stand at zero where nothing is left to count; such a row says the same as none. */
  readonly counters: boolean;
};

/** In the order in which they build on each other: links and orders first, then what follows from them. */
export const aggregates: readonly Aggregate[] = [
  {
    table: 'identities',
    key: ['anonymous_id'],
    values: ['user_id', 'linked_at', 'event_id', 'source'],
    counters: false,
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
    counters: false,
  },
  {
    table: 'product_popularity',
    key: ['product_id', 'hour'],
    values: ['views', 'cart_adds', 'units_sold'],
    counters: true,
  },
  {
    table: 'live_revenue',
    key: ['minute', 'currency'],
    values: ['orders', 'units', 'gross', 'refunded'],
    counters: true,
  },
  {
    table: 'user_sessions',
    key: ['user_id', 'is_anonymous', 'source', 'session_id'],
    values: ['first_seen_at', 'last_seen_at', 'views', 'cart_adds', 'checkouts', 'purchases'],
    counters: false,
  },
  {
    table: 'user_cart_summary',
    key: ['user_id', 'is_anonymous', 'product_id'],
    values: ['quantity', 'unit_price', 'currency', 'updated_at'],
    counters: false,
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
    counters: false,
  },
  {
    table: 'products',
    key: ['product_id'],
    values: [
      ...['name', 'category', 'brand', 'unit_price', 'currency'],
      ...['name_stamp', 'category_stamp', 'brand_stamp', 'price_stamp'],
    ],
    counters: false,
  },
];
