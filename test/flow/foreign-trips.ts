import type { Analytics } from '@segment/analytics-node';

type Properties = Record<string, unknown>;

const tent = {
  product_id: 'tent',
  name: 'Tent',
  category: 'outdoor/tents',
  price: 199.00000000000003,
  currency: 'eur',
};
const order = {
  ...{ order_id: 'o-1', revenue: 200, discount: 11.5, tax: 38, shipping: 4.9, total: 242.9, currency: 'EUR' },
  products: [
    { product_id: 'tent', price: 199, quantity: 1 },
    { product_id: 'mug', price: 12.5, quantity: 1 },
  ],
};
const returned = { order_id: 'o-1', total: 12.5, currency: 'EUR', products: [{ product_id: 'mug', quantity: 1 }] };
const anonymous: [event: string, properties: Properties][] = [
  ['Product Viewed', tent],
  ['Viewed Product', { id: 'mug', name: 'Mug', price: '12.50' }],
  ['Product Added', { product_id: 'tent', price: 199, quantity: 2 }],
  ['Added Product', { product_id: 'mug', quantity: 1 }],
  ['Product Removed', { product_id: 'tent', quantity: 1 }],
  ['Cart Viewed', { products: [tent] }],
  ['Newsletter Subscribed', { list: 'offers' }],
];
const loggedIn: [event: string, properties: Properties][] = [
  ['Checkout Started', { order_id: 'o-1' }],
  ['Order Completed', order],
  ['Order Refunded', returned],
];

/** One visitor's trip, with names of both versions, an order with discount, tax and shipping, and part of it returned. */
export async function segmentTrip(analytics: Analytics): Promise<void> {
  const start = Date.now() - 60_000;
  const page = { url: 'https://shop.example/' };
  const context = { sessionId: 's-1', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)', page };
  const track = (who: { userId?: string }, event: string, properties: Properties, second: number) => {
    const timestamp = new Date(start + second * 1000);
    analytics.track({ anonymousId: 'visitor-1', ...who, event, properties, timestamp, context });
  };
  analytics.page({ anonymousId: 'visitor-1', name: 'Home' });
  for (const [at, [event, properties]] of anonymous.entries()) track({}, event, properties, at);
  analytics.identify({ userId: 'ada', anonymousId: 'visitor-1', traits: { email: 'ada@shop.example' } });
  for (const [at, [event, properties]] of loggedIn.entries())
    track({ userId: 'ada' }, event, properties, anonymous.length + at);
  await analytics.closeAndFlush();
}

const hall = { item_category: 'home', item_category2: 'light' };
const lamp = { item_id: 'lamp', item_name: 'Lamp', ...hall, price: 40, discount: 10, quantity: 1 };
const bulb = { item_name: 'Bulb', price: 4.25, quantity: 3 };
const bought = { transaction_id: 't-1', currency: 'USD', value: 50, tax: 4, shipping: 5, items: [lamp, bulb] };
const steps: [name: string, params: Properties][] = [
  ['view_item', { currency: 'USD', value: 44.25, items: [lamp, bulb] }],
  ['add_to_cart', { currency: 'USD', items: [{ ...lamp, quantity: 2 }, bulb] }],
  ['remove_from_cart', { currency: 'USD', items: [lamp] }],
  ['begin_checkout', { currency: 'USD', items: [lamp] }],
  ['purchase', bought],
  ['refund', { transaction_id: 't-1', currency: 'USD', items: [{ ...bulb, quantity: 1 }] }],
  ['page_view', {}],
  ['purchase', { ...bought, transaction_id: '' }],
];

/** Another visitor's trip, as a server sends it by the Measurement Protocol. */
export function ga4Trip(): Record<string, unknown>[] {
  const start = (Date.now() - 60_000) * 1000;
  return steps.map(([name, params], at) => ({
    ...{ client_id: '123.456', user_id: 'bob', timestamp_micros: start + at * 1_000_000 },
    events: [{ name, params: { session_id: 1793534400, engagement_time_msec: 100, ...params } }],
  }));
}
