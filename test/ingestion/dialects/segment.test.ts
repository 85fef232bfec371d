import { describe, expect, test } from 'vitest';
import { dialectApi, track } from './dialect-api.ts';

type Fields = Record<string, unknown>;
const lines = [
  { product_id: 'a', price: 19, quantity: 1 },
  { product_id: 'b', price: 3, quantity: 2 },
];

describe('names', () => {
  const product = { product_id: 'p', quantity: 2 };
  const order = { order_id: 'o', currency: 'EUR', products: lines };
  test.each([
    ['Product Viewed', 'Viewed Product', product, 'product_view'],
    ['Product Added', 'Added Product', product, 'add_to_cart'],
    ['Product Removed', 'Removed Product', product, 'remove_from_cart'],
    ['Checkout Started', 'started_checkout', product, 'begin_checkout'],
    ['Order Completed', 'Completed Order', order, 'purchase'],
    ['Order Refunded', 'Refunded Order', order, 'refund'],
    ['Order Cancelled', 'order_canceled', order, 'refund'],
  ])('%s and %s are understood', async (current, older, properties, type) => {
    const { segment } = dialectApi();
    const { status, answer, events } = await segment([
      track(current, properties, { messageId: 'm-1' }),
      track(older, properties, { messageId: 'm-2' }),
    ]);
    expect([status, answer]).toEqual([200, { success: true, accepted: 2, ignored: 0, rejected: [], warnings: [] }]);
    expect(events.map((event) => event.type)).toEqual([type, type]);
  });

  test.each(['Cart Viewed', 'Order Updated', 'Product List Viewed', 'Signed Up', 'constructor', '🛒'])(
    '%s means nothing here: acknowledged, counted, not stored',
    async (name) => {
      const { segment, measured, warnings } = dialectApi();
      const { status, answer, events } = await segment([track(name, product)]);
      expect([status, answer, events]).toEqual([
        200,
        { success: true, accepted: 0, ignored: 1, rejected: [], warnings: [] },
        [],
      ]);
      expect(measured).toEqual([{ events_accepted: 0, events_rejected: 0, events_ignored: 1 }]);
      expect(warnings).toEqual([]);
    },
  );

  test('properties are read by their current and their older names', async () => {
    const { segment } = dialectApi();
    const old = {
      orderId: 'o',
      currency: 'USD',
      products: [
        { id: 'a', sku: 's', price: '19.00' },
        { sku: 'b', price: 3 },
      ],
    };
    const { events } = await segment([
      track('Completed Order', old),
      track('Viewed Product', { id: 'a' }, { messageId: 2 }),
    ]);
    expect(events).toMatchObject([
      { order_id: 'o', items: [{ product_id: 'a', quantity: 1, unit_price: '19.00' }, { product_id: 'b' }] },
      { product_id: 'a' },
    ]);
  });
});

describe('who it was', () => {
  const send = async (message: Fields) => {
    const { segment } = dialectApi();
    const { answer, events } = await segment([{ messageId: 'm', timestamp: '2026-11-01T11:00:00Z', ...message }]);
    return { events, ignored: answer.ignored, paths: answer.rejected.map(({ path }) => path) };
  };
  const link = { type: 'identify', user_id: 'u', anonymous_id: 'a' };

  test('identify and alias link the earlier id to the user', async () => {
    const traits = { email: 'ada@shop.example' };
    expect(await send({ type: 'identify', userId: 'u', anonymousId: 'a', traits })).toMatchObject({ events: [link] });
    expect(await send({ type: 'alias', userId: 'u', previousId: 'a' })).toMatchObject({ events: [link] });
    expect(await send({ type: 'alias', userId: 'u', previousId: 'a', anonymousId: 'x' })).toMatchObject({
      events: [link],
    });
    expect(JSON.stringify(await send({ type: 'identify', userId: 'u', anonymousId: 'a', traits }))).not.toContain(
      'ada@',
    );
  });

  test.each([
    { type: 'identify', userId: 'u' },
    { type: 'identify', anonymousId: 'a', userId: null },
    { type: 'page', userId: 'u', anonymousId: 'a', name: 'Home' },
    { type: 'screen', userId: 'u' },
    { type: 'group', userId: 'u', groupId: 'g' },
  ])('%j links nobody and is ignored', async (message) =>
    expect(await send(message)).toEqual({ events: [], ignored: 1, paths: [] }),
  );

  test('ids may be numbers, and are never cut', async () => {
    const viewed = { type: 'track', event: 'Product Viewed', properties: { product_id: 7 } };
    expect((await send({ ...viewed, userId: 42, anonymousId: '' })).events).toMatchObject([
      { user_id: '42', product_id: '7' },
    ]);
    const { segment } = dialectApi();
    const bad = [{ anonymousId: 'x'.repeat(201) }, { userId: true }, { userId: {} }, {}].map((ids) => ({
      ...viewed,
      ...ids,
    }));
    const { answer } = await segment([...bad, { ...viewed, userId: 'u' }]);
    expect(answer.rejected.map(({ path }) => path)).toEqual(['anonymousId', 'userId', 'userId', 'userId']);
    expect(answer.accepted).toBe(1);
  });
});

describe('what surrounds an event', () => {
  test('is mapped, of the message before that of the batch', async () => {
    const { segment } = dialectApi();
    const context = {
      ...{ page: { url: 'https://shop.example/p', referrer: 'https://search.example' }, userAgent: 'Mozilla/5.0' },
      ...{ locale: 'de-DE', sessionId: 17, ip: '192.0.2.1', library: { name: 'x' } },
    };
    const viewed = track('Product Viewed', { product_id: 'p' }, { context, integrations: { All: false } });
    const { events } = await segment([viewed, track('Product Viewed', { product_id: 'p' }, { messageId: '2' })], {
      context: { locale: 'fr', userAgent: 'Mozilla/4.0' },
    });
    expect(events).toMatchObject([
      {
        session_id: '17',
        context: {
          ...{ page_url: 'https://shop.example/p', referrer: 'https://search.example' },
          ...{ user_agent: 'Mozilla/5.0', locale: 'de-DE' },
        },
      },
      { context: { locale: 'fr', user_agent: 'Mozilla/4.0' } },
    ]);
  });

  test('is cut or left out where it cannot be stored, and the event goes on', async () => {
    const { segment } = dialectApi();
    const context = {
      page: { url: `https://shop.example/${'😀'.repeat(2000)}`, referrer: 7 },
      userAgent: { a: 1 },
      locale: null,
    };
    const properties = {
      product_id: 'p',
      name: `a\u0000b\ud800${'c'.repeat(600)}`,
      category: ['Home', 'Games'],
      session_id: 's'.repeat(300),
    };
    const { answer, events } = await segment([track('Product Viewed', properties, { context })]);
    expect(events).toMatchObject([
      { name: `ab\ufffd${'c'.repeat(497)}`, category: 'Home/Games', context: { referrer: '7' } },
    ]);
    const { page_url: url = '', ...rest } = (events[0]?.context ?? {}) as Record<string, string>;
    expect([url.length, url.isWellFormed(), rest]).toEqual([1999, true, { referrer: '7' }]);
    expect(answer.warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'field_cut context.page.url',
      'field_dropped context.userAgent',
      'field_dropped context.sessionId',
      'field_cut properties.name',
    ]);
  });
});

describe('broken messages', () => {
  test.each<[unknown, string, string]>([
    [null, 'not_an_object', ''],
    ['track', 'not_an_object', ''],
    [[track('Product Viewed', { product_id: 'p' })], 'not_an_object', ''],
    [{ userId: 'u' }, 'unknown_type', 'type'],
    [{ type: 'delete', userId: 'u' }, 'unknown_type', 'type'],
    [{ type: 'track', userId: 'u' }, 'invalid_field', 'event'],
    [{ type: 'track', event: 7, userId: 'u' }, 'invalid_field', 'event'],
    [{ type: 'alias', userId: 'u' }, 'invalid_field', 'anonymousId'],
    [track('Product Viewed', {}), 'invalid_field', 'product_id'],
    [track('Product Viewed', { product_id: 'p' }, { timestamp: 'yesterday' }), 'invalid_field', 'timestamp'],
    [
      track('Product Viewed', { product_id: 'p' }, { timestamp: '2031-01-01T00:00:00Z' }),
      'time_out_of_range',
      'timestamp',
    ],
  ])('%j is refused, and what stands beside it is accepted', async (message, code, path) => {
    const { segment, measured } = dialectApi();
    const { status, answer } = await segment([
      message,
      track('Product Viewed', { product_id: 'p' }, { messageId: 'n' }),
    ]);
    expect([status, answer.accepted]).toEqual([200, 1]);
    expect(answer.rejected).toMatchObject([{ index: 0, code, path: expect.stringMatching(new RegExp(`${path}$`)) }]);
    expect(measured).toEqual([{ events_accepted: 1, events_rejected: 1, events_published: 1 }]);
  });
});
