/** Requests as honest senders make them, from which a fuzzer begins. */
const ID = { event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: '2026-11-01T11:00:00.123Z' };
const WHO = { user_id: 'u', anonymous_id: 'a', session_id: 's' };
const CONTEXT = {
  page_url: 'https://shop.example/p',
  referrer: 'https://shop.example',
  user_agent: 'Mozilla/5.0',
  locale: 'de-DE',
};
const LINE = { product_id: 'p', quantity: 2, unit_price: 9.5 };

export const events: readonly Record<string, unknown>[] = [
  {
    type: 'product_view',
    ...ID,
    ...WHO,
    product_id: 'p',
    name: 'n',
    category: 'c',
    brand: 'b',
    unit_price: '9.50',
    currency: 'EUR',
    context: CONTEXT,
  },
  {
    type: 'add_to_cart',
    ...ID,
    ...WHO,
    ...LINE,
    currency: 'JPY',
    unit_price: 9,
    cart_id: 'c',
    consent: { storage: true },
  },
  { type: 'remove_from_cart', ...ID, user_id: 'u', product_id: 'p', quantity: 1 },
  { type: 'clear_cart', ...ID, anonymous_id: 'a', cart_id: 'c' },
  { type: 'identify', ...ID, user_id: 'u', anonymous_id: 'a' },
  {
    type: 'purchase',
    ...ID,
    ...WHO,
    order_id: 'o',
    currency: 'EUR',
    items: [LINE, { ...LINE, product_id: 'q' }],
    discount: 1,
    tax: '0.50',
    shipping: 0,
  },
  { type: 'refund', ...ID, ...WHO, order_id: 'o', currency: 'EUR', items: [{ product_id: 'p', quantity: 1 }] },
  {
    type: 'refund',
    ...ID,
    user_id: 'u',
    order_id: 'o',
    currency: 'KWD',
    amount: '1.234',
    consent: { personalisation: false },
  },
];

const segmentProduct = { product_id: 'p', sku: 's', name: 'n', price: 9.99, quantity: 2, category: 'c', brand: 'b' };
const order = {
  order_id: 'o',
  currency: 'eur',
  revenue: 19.98,
  subtotal: 19.98,
  total: 25,
  discount: 1,
  tax: 2,
  shipping: 3,
  products: [segmentProduct],
};
const message = {
  ...{
    type: 'track',
    messageId: 'm',
    userId: 'u',
    anonymousId: 'a',
    timestamp: '2026-11-01T11:00:00Z',
    originalTimestamp: '2026-11-01T11:00:00Z',
  },
  context: {
    page: { url: 'https://shop.example', referrer: '' },
    userAgent: 'Mozilla/5.0',
    locale: 'de',
    ip: '203.0.113.7',
  },
};
export const segment: readonly unknown[] = [
  {
    batch: [{ ...message, event: 'Product Viewed', properties: segmentProduct }],
    sentAt: '2026-11-01T11:00:01Z',
    context: {},
  },
  {
    batch: [
      { ...message, event: 'Product Added', properties: { ...segmentProduct, cart_id: 'c' } },
      { ...message, type: 'page' },
    ],
  },
  {
    batch: [
      { ...message, event: 'Order Completed', properties: order },
      { ...message, event: 'Order Refunded', properties: order },
    ],
  },
  {
    batch: [
      { ...message, event: 'Order Cancelled', properties: order },
      { ...message, type: 'alias', previousId: 'x' },
    ],
  },
  {
    batch: [
      { ...message, type: 'identify', traits: { email: 'a@b.example' } },
      { ...message, event: 'Checkout Started', properties: order },
    ],
  },
];

const item = {
  item_id: 'p',
  item_name: 'n',
  item_brand: 'b',
  item_category: 'c',
  item_category2: 'd',
  price: 9.99,
  quantity: 2,
  currency: 'USD',
  discount: 1,
};
const params = {
  transaction_id: 't',
  currency: 'USD',
  value: 19.98,
  tax: 1,
  shipping: 2,
  session_id: 5,
  page_location: 'https://shop.example',
  items: [item, { ...item, item_id: 'q' }],
};
const client = { client_id: '1.2', user_id: 'u', timestamp_micros: '1793530800000000' };
export const ga4: readonly unknown[] = [
  'view_item',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'purchase',
  'refund',
  'page_view',
].map((name) => ({
  ...client,
  events: [
    { name, params },
    { name, params: { items: [item] }, timestamp_micros: 1793530800000001 },
  ],
}));

const product = {
  product_id: 'p',
  name: 'n',
  category: 'c',
  brand: 'b',
  unit_price: '9.50',
  currency: 'EUR',
  available: true,
  hidden: false,
};
export const catalogue: readonly unknown[] = [
  { products: [product, { product_id: 'q', name: null, unit_price: null, currency: null }] },
];

const STAMP = {
  source: 'web',
  trusted: true,
  is_bot: false,
  received_at: '2026-11-01T12:00:00Z',
  sent_at: '2026-11-01T12:00:00Z',
};
/** As a topic holds them. */
export const records: readonly unknown[] = events.map((event) => ({ ...event, ...STAMP }));
export const batches: readonly unknown[] = [
  ...events,
  { events, sent_at: '2026-11-01T11:00:01Z' },
  { events: events.slice(0, 2) },
];
