import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SEGMENT_MESSAGES } from '../../../events/limits.ts';
import { basic, dialectApi, track } from './dialect-api.ts';

const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    'x'.repeat(3000),
    -0,
    1e308,
    5e-324,
    2 ** 53,
    '1e999',
    '-1',
    'NaN',
    null,
  ),
);
/** Objects whose fields a dialect looks at, with anything in them. */
const loose = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), strange, { maxKeys: names.length });
const products = fc.oneof(
  strange,
  fc.array(
    fc.oneof(
      strange,
      loose(
        'product_id',
        'item_id',
        'item_name',
        'name',
        'price',
        'quantity',
        'currency',
        'category',
        'item_category2',
      ),
    ),
    { maxLength: 4 },
  ),
);
const names = [
  'Product Viewed',
  'Product Added',
  'Order Completed',
  'Order Refunded',
  'Order Cancelled',
  'Checkout Started',
  'x',
];
const properties = fc
  .tuple(
    loose('order_id', 'currency', 'revenue', 'subtotal', 'total', 'discount', 'tax', 'product_id', 'price', 'quantity'),
    products,
  )
  .map(([fields, list]) => ({ ...fields, products: list }));
const message = fc
  .tuple(
    loose(
      'userId',
      'anonymousId',
      'messageId',
      'timestamp',
      'originalTimestamp',
      'sentAt',
      'receivedAt',
      'previousId',
      'context',
    ),
    fc.constantFrom('track', 'track', 'track', 'identify', 'alias', 'page', 'delete'),
    fc.constantFrom(...names),
    fc.oneof(properties, strange),
  )
  .map(([fields, type, event, given]) => ({ ...fields, type, event, properties: given }));
const params = fc
  .tuple(loose('transaction_id', 'currency', 'value', 'tax', 'session_id', 'page_location'), products)
  .map(([fields, items]) => ({ ...fields, items }));
const ga4Event = fc
  .tuple(
    fc.constantFrom('view_item', 'add_to_cart', 'remove_from_cart', 'begin_checkout', 'purchase', 'refund', 'x'),
    fc.oneof(params, strange),
    fc.option(strange, { nil: undefined }),
  )
  .map(([name, given, timestamp_micros]) => ({ name, params: given, timestamp_micros }));

const few = <T>(entry: fc.Arbitrary<T>) => fc.array(fc.oneof(entry, strange), { minLength: 1, maxLength: 4 });

test('Segment: whatever JSON is posted, each message is accepted, ignored or refused, and nothing fails', async () => {
  const { segment, publisher, faults } = dialectApi({ defaultCurrencies: { server: 'EUR' } });
  await fc.assert(
    fc.asyncProperty(few(message), loose('context', 'sentAt', 'writeKey'), async (batch, beside) => {
      publisher.records.length = 0;
      const { status, answer } = await segment(batch, beside);
      expect(answer.accepted + answer.ignored + answer.rejected.length).toBe(batch.length);
      expect(publisher.records).toHaveLength(answer.accepted);
      expect(status).toBe(answer.accepted > 0 || answer.rejected.length === 0 ? 200 : 400);
      for (const { index } of [...answer.rejected, ...answer.warnings]) expect(index).toBeLessThan(batch.length);
    }),
    { numRuns: 400 },
  );
  expect(faults).toEqual([]);
});

test('GA4: whatever JSON is posted, each event and item is accepted, ignored or refused, and nothing fails', async () => {
  const { ga4, publisher, faults } = dialectApi();
  const meant = (event: unknown): number => {
    const { name, params: given } = (event ?? {}) as { name?: unknown; params?: { items?: unknown } | null };
    const isOfItems = ['view_item', 'add_to_cart', 'remove_from_cart'].includes(String(name));
    return isOfItems && Array.isArray(given?.items) ? Math.max(1, given.items.length) : 1;
  };
  await fc.assert(
    fc.asyncProperty(
      few(ga4Event),
      loose('client_id', 'user_id', 'timestamp_micros', 'user_agent'),
      async (events, who) => {
        publisher.records.length = 0;
        const { status, answer } = await ga4(events, who);
        const count = events.reduce<number>((sum, event) => sum + meant(event), 0);
        expect(answer.accepted + answer.ignored + answer.rejected.length).toBe(count);
        expect(publisher.records).toHaveLength(answer.accepted);
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: 400 },
  );
  expect(faults).toEqual([]);
});

test('an order is stored with the revenue that its sender states, whenever its lines can bear it', async () => {
  const { segment } = dialectApi();
  const cents = fc.integer({ min: 1, max: 100_000 });
  const line = fc.record({
    price: fc.oneof(
      cents.map((n) => n / 100),
      fc.double({ min: 0.01, max: 900, noNaN: true }),
    ),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      async (list, share) => {
        const products = list.map(({ price, quantity }, at) => ({ product_id: `p${at}`, price, quantity }));
        const sum = list.reduce((total, { price, quantity }) => total + price * quantity, 0);
        const revenue = Math.round(sum * share * 100) / 100;
        const { events } = await segment([
          track('Order Completed', { order_id: 'o', currency: 'EUR', products, revenue }),
        ]);
        const { items, discount = '0' } = events[0] as {
          items: { unit_price: string; quantity: number }[];
          discount?: string;
        };
        const toCents = (decimal: string) => Math.round(Number(decimal) * 100);
        const stored =
          items.reduce((total, item) => total + toCents(item.unit_price) * item.quantity, 0) - toCents(discount);
        expect(stored).toBe(Math.round(revenue * 100));
      },
    ),
    { numRuns: 200 },
  );
});

const nested = (open: string, close: string) => open.repeat(20_000) + close.repeat(20_000);
const headers = { authorization: basic('sk_server') };
test.each<[string, string, number]>([
  ['nothing', '', 400],
  ['no object', '[]', 400],
  ['no batch', '{"type":"track"}', 400],
  ['a batch that is no list', '{"batch":{}}', 400],
  ['an empty batch', '{"batch":[]}', 400],
  ['too many messages', JSON.stringify({ batch: Array(MAX_SEGMENT_MESSAGES + 1).fill(0) }), 400],
  [
    'a field of 20,000 levels',
    `{"batch":[{"type":"track","event":"Product Viewed","userId":"u","properties":{"product_id":${nested('[', ']')}}}]}`,
    400,
  ],
  [
    'an own __proto__',
    '{"batch":[{"type":"track","event":"Product Viewed","__proto__":{"userId":"u"},"properties":{"product_id":"p"}}]}',
    400,
  ],
])('a body with %s is answered in words', async (_, body, status) => {
  const { send, publisher, faults } = dialectApi();
  expect((await send('/v1/batch', body, headers)).status).toBe(status);
  expect([publisher.records, faults]).toEqual([[], []]);
});

test('depth that means nothing is no matter', async () => {
  const { send } = dialectApi();
  const body = `{"batch":[{"type":"track","event":"Product Viewed","userId":"u","timestamp":"2026-11-01T11:00:00Z","x":${nested('{"a":', '}').replace(':}', ':1}')},"properties":{"product_id":"p"}}]}`;
  expect(await send('/v1/batch', body, headers)).toMatchObject({ status: 200, answer: { accepted: 1 } });
});

test('a batch of as many messages as fit is taken whole', async () => {
  const { segment } = dialectApi();
  const batch = Array.from({ length: MAX_SEGMENT_MESSAGES }, (_, n) =>
    track('Product Viewed', { product_id: 'p' }, { messageId: n + 1 }),
  );
  expect(await segment(batch)).toMatchObject({ status: 200, answer: { accepted: MAX_SEGMENT_MESSAGES } });
});
