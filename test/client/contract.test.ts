import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import type * as z from 'zod';
import type * as client from '../../client/src/event-fields.ts';
import { createTracker } from '../../client/src/node-tracker.ts';
import { type EventType, eventSchema, type eventSchemas, eventTypes } from '../../events/event.ts';
import { KEYS } from './running-shop.ts';

type Sent<T extends EventType> = Omit<
  z.input<(typeof eventSchemas)[T]>,
  'type' | 'event_id' | 'occurred_at' | 'context'
>;

/** With arrays that may be written to: the contract's are its own copies. `quantity` is 1 when it is not said. */
type Fields<T> = {
  [K in keyof Omit<T, 'quantity'>]-?: T[K] extends readonly (infer Item)[] | undefined
    ? Required<Item>[] | Exclude<T[K], readonly unknown[]>
    : T[K];
};

test('takes the fields of the contract, each by its name and type, and no others', () => {
  expectTypeOf<Fields<client.ProductViewFields>>().toEqualTypeOf<Fields<Sent<'product_view'>>>();
  expectTypeOf<Fields<client.CartLineFields>>().toEqualTypeOf<Fields<Sent<'add_to_cart'>>>();
  expectTypeOf<Fields<client.CartLineFields>>().toEqualTypeOf<Fields<Sent<'remove_from_cart'>>>();
  expectTypeOf<Fields<client.CartFields>>().toEqualTypeOf<Fields<Sent<'clear_cart'>>>();
  expectTypeOf<Fields<client.CartFields>>().toEqualTypeOf<Fields<Sent<'begin_checkout'>>>();
  expectTypeOf<Fields<client.PurchaseFields>>().toEqualTypeOf<Fields<Sent<'purchase'>>>();
  expectTypeOf<Fields<client.RefundFields>>().toEqualTypeOf<Fields<Sent<'refund'>>>();
});

test('sends events that the contract accepts, in the order in which they happened', async () => {
  const bodies: { events: { type: string; event_id: string; occurred_at: string }[]; sent_at: string }[] = [];
  const record: typeof fetch = async (_, init) => {
    bodies.push(JSON.parse(String(init?.body)));
    return new Response('{"accepted":8,"rejected":[]}', { status: 202 });
  };
  const tracker = createTracker({ url: 'https://api.example', key: KEYS.pk, fetch: record, allowPurchases: true });
  onTestFinished(() => tracker.close());
  const price = { unit_price: 4.5, currency: 'EUR' };
  const ids = [
    tracker.viewProduct({ product_id: 'tea', name: 'Tea', category: 'drinks', brand: 'b', ...price }),
    tracker.addToCart({ product_id: 'tea', ...price, cart_id: 'c' }),
    tracker.removeFromCart({ product_id: 'tea', quantity: 2 }),
    tracker.clearCart(),
    tracker.beginCheckout({ cart_id: 'c' }),
    tracker.identify('ada'),
    tracker.purchase({
      order_id: 'o',
      currency: 'EUR',
      items: [{ product_id: 'tea', quantity: 1, unit_price: '4.50' }],
    }),
    tracker.refund({ order_id: 'o', currency: 'EUR', amount: 1 }),
  ];
  await tracker.flush();
  const events = bodies[0]?.events ?? [];
  for (const event of events) expect(eventSchema.safeParse(event).error).toBeUndefined();
  expect(events.map(({ type }) => type).sort()).toEqual([...eventTypes].sort());
  expect(events.map(({ event_id }) => event_id)).toEqual(ids);
  const times = events.map(({ occurred_at }) => occurred_at.replace(/\.(\d{3})Z$/, '.$1000Z'));
  expect(times).toEqual([...new Set(times)].sort());
});
