import { describe, expect, test } from 'vitest';
import { MAX_GA4_EVENTS } from '../../../events/limits.ts';
import { dialectApi } from './dialect-api.ts';

type Fields = Record<string, unknown>;
const MICROS = 1_793_530_800_123_456;
const who = { client_id: '12.34', timestamp_micros: MICROS };
const item = { item_id: 'a', item_name: 'A', price: 8, discount: 2, quantity: 2 };

describe('names', () => {
  test.each([
    ['view_item', 'product_view'],
    ['add_to_cart', 'add_to_cart'],
    ['remove_from_cart', 'remove_from_cart'],
    ['begin_checkout', 'begin_checkout'],
    ['purchase', 'purchase'],
    ['refund', 'refund'],
  ])('%s is %s', async (name, type) => {
    const { ga4 } = dialectApi();
    const params = { transaction_id: 't', currency: 'EUR', items: [item] };
    const { status, answer, events } = await ga4([{ name, params }], who);
    expect([status, answer]).toEqual([200, { accepted: 1, ignored: 0, rejected: [], warnings: [] }]);
    expect(events).toMatchObject([{ type, anonymous_id: '12.34', occurred_at: '2026-11-01T11:00:00.123456Z' }]);
  });

  test.each(['page_view', 'view_cart', 'add_shipping_info', 'toString'])('%s is ignored', async (name) => {
    const { ga4, measured } = dialectApi();
    const { status, answer } = await ga4([{ name }], who);
    expect([status, answer]).toEqual([200, { accepted: 0, ignored: 1, rejected: [], warnings: [] }]);
    expect(measured).toEqual([{ events_accepted: 0, events_rejected: 0, events_ignored: 1 }]);
  });
});

describe('items', () => {
  test('of a view and of a cart are an event each, with what the request says of all', async () => {
    const { ga4 } = dialectApi();
    const items = [
      { ...item, item_brand: 'B', item_category: 'Home', item_category2: 'Garden', item_category5: 'Tents' },
      { item_name: 'N', price: '3.50' },
    ];
    const params = { session_id: 99, currency: 'eur', items, page_location: 'https://shop.example', language: 'de' };
    const { answer, events } = await ga4([{ name: 'view_item', params }], {
      ...who,
      user_id: 7,
      user_agent: 'Mozilla/5.0',
    });
    const shared = {
      ...{ type: 'product_view', user_id: '7', anonymous_id: '12.34', session_id: '99', currency: 'EUR' },
      context: { page_url: 'https://shop.example', user_agent: 'Mozilla/5.0', locale: 'de' },
    };
    expect(events).toMatchObject([
      { ...shared, product_id: 'a', name: 'A', brand: 'B', category: 'Home/Garden/Tents', unit_price: '8' },
      { ...shared, product_id: 'N', unit_price: '3.50' },
    ]);
    expect(answer.warnings).toMatchObject([{ index: 0, code: 'name_as_product_id', path: 'params.items.1.item_id' }]);
  });

  test('that are broken are refused by themselves', async () => {
    const { ga4 } = dialectApi();
    const items = [item, {}, 7, { item_id: 'b', quantity: 0 }, { item_id: 'c' }];
    const { status, answer, events } = await ga4([{ name: 'add_to_cart', params: { items } }], who);
    expect([status, answer.accepted, events.map((event) => event.product_id)]).toEqual([200, 2, ['a', 'c']]);
    expect(answer.rejected.map(({ path }) => path)).toEqual([
      'params.items.1.item_id',
      'params.items.2.item_id',
      'params.items.3.quantity',
    ]);
  });

  test('that are more than a request may bring are refused as a whole', async () => {
    const { ga4 } = dialectApi();
    const many = { name: 'view_item', params: { items: Array(101).fill(item) } };
    const { status, answer, events } = await ga4(Array(5).fill(many), who);
    expect([status, answer.detail, events]).toEqual([400, expect.stringMatching(/^got 505 events.*allowed: 500$/), []]);
    expect((await ga4(Array(MAX_GA4_EVENTS + 1).fill({ name: 'x' }), who)).status).toBe(400);
  });
});

describe('money', () => {
  const purchase = async (change: Fields) => {
    const { ga4 } = dialectApi();
    const params = { transaction_id: 't', currency: 'EUR', items: [item], ...change };
    const { answer, events, status } = await ga4([{ name: 'purchase', params }], who);
    return { status, event: events[0], codes: answer.warnings.map(({ code, path }) => `${code} ${path}`), answer };
  };

  test('price is after the discount of the item already: it is not subtracted again', async () => {
    const { event, codes } = await purchase({ value: 16, tax: 1.5, shipping: 4.9, coupon: 'X' });
    expect(event).toEqual({
      ...{
        type: 'purchase',
        event_id: expect.any(String),
        occurred_at: '2026-11-01T11:00:00.123456Z',
        anonymous_id: '12.34',
      },
      ...{ order_id: 't', currency: 'EUR', tax: '1.5', shipping: '4.9' },
      items: [{ product_id: 'a', quantity: 2, unit_price: '8' }],
    });
    expect(codes).toEqual([]);
  });

  test('value below the lines makes the discount, above them it is told', async () => {
    expect(await purchase({ value: 15 })).toMatchObject({ event: { discount: '1.00' }, codes: [] });
    const above = await purchase({ value: 22.4 });
    expect([above.event?.discount, above.codes]).toEqual([undefined, ['revenue_above_lines params.value']]);
  });

  test.each<[Fields, string]>([
    [{ transaction_id: '' }, 'params.transaction_id'],
    [{ transaction_id: undefined }, 'params.transaction_id'],
    [{ currency: null }, 'params.currency'],
    [{ items: undefined }, 'params.items'],
    [{ items: [{ item_id: 'a' }] }, 'params.items.0.price'],
  ])('a purchase with %j is refused', async (change, path) => {
    const { status, event, answer } = await purchase(change);
    expect([status, event, answer.rejected]).toMatchObject([400, undefined, [{ index: 0, path }]]);
  });

  test.each<[Fields, Fields]>([
    [{}, {}],
    [{ value: 8 }, { amount: '8' }],
    [{ value: 8, items: [{ item_id: 'a' }] }, { items: [{ product_id: 'a', quantity: 1 }] }],
  ])('a refund with %j', async (params, what) => {
    const { ga4 } = dialectApi();
    const { events } = await ga4(
      [{ name: 'refund', params: { transaction_id: 't', currency: 'EUR', ...params } }],
      who,
    );
    const { event_id: _, occurred_at: __, ...event } = events[0] ?? {};
    expect(event).toEqual({ type: 'refund', anonymous_id: '12.34', order_id: 't', currency: 'EUR', ...what });
  });

  test('a price without a currency is not stored, unless its source has a default', async () => {
    const add = { name: 'add_to_cart', params: { items: [item] } };
    const bare = await dialectApi().ga4([add], who);
    expect(bare.events[0]).not.toHaveProperty('unit_price');
    expect(bare.answer.warnings).toMatchObject([{ code: 'price_without_currency', path: 'params.items.0.price' }]);
    const { ga4, publisher } = dialectApi({ defaultCurrencies: { server: 'EUR' } });
    expect((await ga4([add], who)).events).toMatchObject([{ unit_price: '8', currency: 'EUR' }]);
    expect(publisher.records[0]?.stamp.currency_defaulted).toBe(true);
  });
});

describe('identity', () => {
  const keys = (events: Fields[]) => events.map(({ event_id, occurred_at }) => `${event_id} ${occurred_at}`);
  const added = { name: 'add_to_cart', params: { items: [item, item] } };

  test('the same request gives the same events, and what it says twice are two', async () => {
    const { ga4 } = dialectApi();
    const first = keys((await ga4([added, added], who)).events);
    expect(new Set(first).size).toBe(4);
    expect(keys((await ga4([added, added], who)).events)).toEqual(first);
    const reordered = { params: added.params, name: added.name };
    expect(keys((await ga4([reordered], { timestamp_micros: String(MICROS), client_id: '12.34' })).events)).toEqual(
      first.slice(0, 2),
    );
  });

  test.each<[string, Fields[], Fields]>([
    ['another visitor', [added], { ...who, client_id: '5' }],
    ['another time', [added], { ...who, timestamp_micros: MICROS + 1 }],
    ['another time of the event', [{ ...added, timestamp_micros: MICROS + 1 }], who],
    ['other items', [{ ...added, params: { items: [{ ...item, quantity: 3 }, item] } }], who],
  ])('%s gives other events', async (_, events, request) => {
    const { ga4 } = dialectApi();
    const before = keys((await ga4([added], who)).events);
    const after = keys((await ga4(events, request)).events);
    expect(after).toHaveLength(2);
    for (const key of after) expect(before).not.toContain(key);
  });

  test('an event’s own time counts before the request’s', async () => {
    const { ga4 } = dialectApi();
    const { events } = await ga4([{ ...added, timestamp_micros: MICROS + 1_000_000 }], who);
    expect(events[0]?.occurred_at).toBe('2026-11-01T11:00:01.123456Z');
  });

  test('without a time the server’s counts', async () => {
    const { ga4 } = dialectApi();
    const { events } = await ga4([added], { app_instance_id: 'app', timestamp_micros: null });
    expect(events).toMatchObject(Array(2).fill({ anonymous_id: 'app', occurred_at: '2026-11-01T12:00:00.000Z' }));
  });

  test.each([1_793_530_800, 'now', -1, 1.5, {}])('a time such as %j is refused', async (timestamp_micros) => {
    const { ga4 } = dialectApi();
    const { status, answer } = await ga4([added], { ...who, timestamp_micros });
    expect([status, answer.rejected[0]?.path]).toEqual([400, 'timestamp_micros']);
    if (typeof timestamp_micros === 'number') expect(answer.rejected[0]?.message).toMatch(/ISO 8601|years 2000/);
  });
});

test.each<[unknown, string]>([
  [null, ''],
  [[], ''],
  [{}, 'name'],
  [{ name: 7 }, 'name'],
  [{ name: 'view_item' }, 'params.items'],
  [{ name: 'view_item', params: 7 }, 'params.items'],
])('%j is refused, and what stands beside it is accepted', async (event, path) => {
  const { ga4 } = dialectApi();
  const { answer } = await ga4([{ name: 'begin_checkout' }, event], who);
  expect([answer.accepted, answer.rejected]).toMatchObject([1, [{ index: 1, path }]]);
});
