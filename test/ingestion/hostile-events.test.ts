import { expect, test } from 'vitest';
import { aPurchase, aView, eventsApi } from './events-api.ts';

const ID = { event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: '2026-11-01T11:00:00Z' };
const item = (fields: Record<string, unknown>) =>
  aPurchase({ items: [{ product_id: 'p', quantity: 1, unit_price: 1, ...fields }] });
const add = (fields: Record<string, unknown>) => ({
  type: 'add_to_cart',
  user_id: 'u',
  product_id: 'p',
  quantity: 1,
  ...fields,
});

/** What is wrong, the event, and the field that the verdict names. */
const REFUSED: [what: string, event: unknown, code: string, path: string][] = [
  ['a number in place of an event', 7, 'not_an_object', ''],
  ['null', null, 'not_an_object', ''],
  ['an array', [], 'not_an_object', ''],
  ['an unknown type', aView({ type: 'explosion' }), 'unknown_type', 'type'],
  ['no type', { user_id: 'u' }, 'unknown_type', 'type'],
  ['a missing field', { type: 'product_view', user_id: 'u' }, 'invalid_field', 'product_id'],
  ['an extra field', aView({ colour: 'red' }), 'unknown_field', 'colour'],
  ['a stamp of the server', aView({ source: 'server' }), 'unknown_field', 'source'],
  ['a wrong type', aView({ product_id: 7 }), 'invalid_field', 'product_id'],
  ['nobody', { type: 'product_view', product_id: 'p' }, 'invalid_field', 'user_id'],
  ['an empty id', aView({ user_id: '' }), 'invalid_field', 'user_id'],
  ['an id of 201 characters', aView({ user_id: 'x'.repeat(201) }), 'invalid_field', 'user_id'],
  ['U+0000', aView({ product_id: 'a\u0000' }), 'invalid_field', 'product_id'],
  ['a lone surrogate', aView({ name: '\ud800' }), 'invalid_field', 'name'],
  ['event_id without occurred_at', aView({ event_id: ID.event_id }), 'invalid_field', 'occurred_at'],
  ['occurred_at without event_id', aView({ occurred_at: ID.occurred_at }), 'invalid_field', 'event_id'],
  ['an event_id that is no uuid', aView({ ...ID, event_id: '1' }), 'invalid_field', 'event_id'],
  ['a date without zone', aView({ ...ID, occurred_at: '2026-11-01T11:00:00' }), 'invalid_field', 'occurred_at'],
  ['the 30th of February', aView({ ...ID, occurred_at: '2026-02-30T11:00:00Z' }), 'invalid_field', 'occurred_at'],
  ['a date before 2000', aView({ ...ID, occurred_at: '1999-12-31T23:59:59Z' }), 'invalid_field', 'occurred_at'],
  ['a date in the future', aView({ ...ID, occurred_at: '2026-11-01T12:06:00Z' }), 'time_out_of_range', 'occurred_at'],
  ['a quantity as text', add({ quantity: '1' }), 'invalid_field', 'quantity'],
  ['a negative quantity', add({ quantity: -1 }), 'invalid_field', 'quantity'],
  ['a broken quantity', add({ quantity: 1.5 }), 'invalid_field', 'quantity'],
  ['a huge quantity', add({ quantity: 1_000_001 }), 'invalid_field', 'quantity'],
  ['a price without currency', add({ unit_price: 1 }), 'invalid_field', 'currency'],
  ['a negative price', add({ unit_price: -1, currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['a price of 16 digits', add({ unit_price: '1234567890123456', currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['a price that is no number', add({ unit_price: 'NaN', currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['three decimals in euros', item({ unit_price: '1.001' }), 'invalid_field', 'items.0.unit_price'],
  ['a decimal in yen', aPurchase({ currency: 'JPY' }), 'invalid_field', 'items.0.unit_price'],
  ['an unknown currency', aPurchase({ currency: 'XXX' }), 'invalid_field', 'currency'],
  ['a lower-case currency', aPurchase({ currency: 'eur' }), 'invalid_field', 'currency'],
  ['an empty order_id', aPurchase({ order_id: '' }), 'invalid_field', 'order_id'],
  ['an order without items', aPurchase({ items: [] }), 'invalid_field', 'items'],
  [
    '201 items',
    aPurchase({ items: Array(201).fill({ product_id: 'p', quantity: 1, unit_price: 1 }) }),
    'invalid_field',
    'items',
  ],
  ['a discount above the lines', aPurchase({ discount: '9.51' }), 'invalid_field', 'discount'],
  [
    'a refund of items and an amount',
    {
      type: 'refund',
      user_id: 'u',
      order_id: 'o',
      currency: 'EUR',
      amount: 1,
      items: [{ product_id: 'p', quantity: 1 }],
    },
    'invalid_field',
    'amount',
  ],
  ['an unknown field of an item', item({ tax: 1 }), 'unknown_field', 'items.0.tax'],
  ['a nested context', aView({ context: { page_url: { deep: [] } } }), 'invalid_field', 'context.page_url'],
];

test.each(REFUSED)('refuses %s by name and keeps the events beside it', async (_, event, code, path) => {
  const { post, publisher } = eventsApi();
  const { status, answer } = await post({ events: [aView(), event, aView()] });
  expect(status).toBe(202);
  expect(answer.accepted).toBe(2);
  expect(answer.rejected).toHaveLength(1);
  expect(answer.rejected?.[0]).toMatchObject({ index: 1, code, path });
  expect(publisher.records).toHaveLength(2);
});

test.each(REFUSED)('answers 400 for %s alone and publishes nothing', async (_, event, code) => {
  const { post, publisher } = eventsApi();
  const { status, answer } = await post({ events: [event] });
  expect(status).toBe(400);
  expect(answer).toMatchObject({ code: 'no_event_accepted', rejected: [{ index: 0, code }] });
  expect(publisher.records).toEqual([]);
});

test('refuses an own prototype key, outside and inside', async () => {
  const { post, publisher } = eventsApi();
  for (const text of [
    '{"__proto__":{"trusted":true},"type":"product_view","user_id":"u","product_id":"p"}',
    '{"type":"product_view","user_id":"u","product_id":"p","context":{"__proto__":{}}}',
  ]) {
    const { status, answer } = await post(text);
    expect([status, answer.rejected?.[0]?.code]).toEqual([400, 'unknown_field']);
  }
  expect((await post('{"__proto__":{},"events":[]}')).status).toBe(400);
  expect(publisher.records).toEqual([]);
});

test('refuses two events of one batch with the same key and other content, and takes a plain repeat', async () => {
  const { post, publisher } = eventsApi();
  const { answer } = await post({ events: [aView(ID), aView(ID), aView({ ...ID, product_id: 'other' })] });
  expect(answer.accepted).toBe(2);
  expect(answer.rejected).toMatchObject([{ index: 2, code: 'conflicts_in_batch', path: 'event_id' }]);
  expect(publisher.records.map(({ event }) => event.event_id)).toEqual([ID.event_id, ID.event_id]);
});

test('takes the same event_id at another time as another event, to the microsecond', async () => {
  const { post } = eventsApi();
  const at = (occurred_at: string, product_id: string) => aView({ ...ID, occurred_at, product_id });
  const { answer } = await post({
    events: [
      at('2026-11-01T11:00:00.000001Z', 'a'),
      at('2026-11-01T11:00:00.000002Z', 'b'),
      at('2026-11-01T12:00:00.000002+01:00', 'c'),
    ],
  });
  expect(answer).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: 'conflicts_in_batch' }] });
});

test('echoes little of what it refuses', async () => {
  const { post } = eventsApi();
  const long = '\ud800'.repeat(10_000);
  for (const event of [
    aView({ [long]: 1 }),
    aView({ type: long }),
    aView({ event_id: long }),
    aView({ product_id: long }),
  ])
    expect(JSON.stringify((await post(event)).answer).length).toBeLessThan(2_000);
});

test('says what is allowed in place of what it refuses', async () => {
  const { post } = eventsApi();
  const messageFor = async (event: unknown) => (await post({ events: [event] })).answer.rejected?.[0]?.message;
  expect(await messageFor({ type: 'product_view', user_id: 'u' })).toBe('is required');
  expect(await messageFor(aView({ unit_price: true, currency: 'EUR' }))).toContain('such as 12.5');
  expect(await messageFor(aView({ ...ID, event_id: 'x' }))).toContain('must be a UUID');
  expect(await messageFor(aView({ type: 'x' }))).toContain('product_view, add_to_cart');
  expect(await messageFor(add({ quantity: 0 }))).toContain('>=1');
});
