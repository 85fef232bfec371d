import { sign } from 'hono/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalApi, openLocalApi, SHOP_ORIGIN, SIGNING_SECRET } from '../brackets/local-api.ts';
import { documentedOperations, requestOf, VISITOR } from './routes.ts';

let api: LocalApi;
beforeAll(async () => {
  api = await openLocalApi();
  await post({ type: 'product_view', user_id: 'ada', product_id: 'tea' });
  await post({ type: 'identify', user_id: 'ada', anonymous_id: VISITOR });
  await api.stored();
});
afterAll(() => api.close());

const headersOf = (key: string, more: Record<string, string> = {}) => ({
  ...{ 'content-type': 'application/json', 'x-api-key': key },
  ...more,
});
const send = (path: string, body: unknown, headers: Record<string, string>) =>
  fetch(`${api.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const post = (body: unknown, key = api.keys.sk) => send('/events', body, headersOf(key));

describe('orders that a page forges', () => {
  const items = [{ product_id: 'tea', quantity: 1, unit_price: '999.99' }];
  const order = { order_id: 'forged', currency: 'EUR', items };
  const track = (event: string) => ({
    ...{ type: 'track', event, userId: 'eve', messageId: event },
    properties: { order_id: 'forged', currency: 'EUR', products: [{ product_id: 'tea', price: 999.99 }] },
  });
  const ga4 = (name: string) => ({
    name,
    params: { transaction_id: 'forged', currency: 'EUR', value: 999.99, items: [{ item_id: 'tea', price: 999.99 }] },
  });
  const text = JSON.stringify({ type: 'product_view', user_id: 'eve', ...order });
  const FORGED: [what: string, path: string, body: unknown][] = [
    ['a purchase', '/events', { type: 'purchase', user_id: 'eve', ...order }],
    ['a refund', '/events', { type: 'refund', user_id: 'eve', order_id: 'o', currency: 'EUR' }],
    ['a purchase that says it is trusted', '/events', { type: 'purchase', user_id: 'eve', trusted: true, ...order }],
    ['a purchase that names another source', '/events', { type: 'purchase', user_id: 'eve', source: 'shop', ...order }],
    ['a type that is said twice', '/events', text.replace('"user_id"', '"type":"purchase","user_id"')],
    ['a type in capitals', '/events', { type: 'PURCHASE', user_id: 'eve', ...order }],
    ['a type that is a list', '/events', { type: ['purchase'], user_id: 'eve', ...order }],
    ['an order of Segment’s', '/v1/batch', { batch: [track('Order Completed'), track('Order Refunded')] }],
    ['a secret key in its body', '/v1/batch', { writeKey: 'sk', batch: [track('Order Completed')] }],
    ['an order of GA4’s', '/mp/collect', { client_id: 'eve', events: [ga4('purchase'), ga4('refund')] }],
  ];

  test.each(FORGED)('%s reaches no topic', async (_, path, body) => {
    const before = api.appends();
    for (const origin of [{}, { origin: SHOP_ORIGIN }]) {
      const { status } = await send(path, body, headersOf(api.keys.pk, origin));
      expect([400, 403]).toContain(status);
    }
    expect(api.appends()).toBe(before);
    expect(await api.database.rows('select from orders union all select from raw_purchases')).toEqual([]);
  });

  test('beside views they are told apart, and the views are kept', async () => {
    const view = { type: 'product_view', user_id: 'eve', product_id: 'tea' };
    const answer = await post({ events: [view, { type: 'purchase', user_id: 'eve', ...order }] }, api.keys.pk);
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'forbidden_for_key' }] });
    await api.stored();
    expect(await api.database.rows('select from orders union all select from raw_purchases')).toEqual([]);
  });
});

test('a body that is sent again and again counts once', async () => {
  const purchase = {
    ...{ type: 'purchase', user_id: 'ada', order_id: 'once', currency: 'EUR' },
    items: [{ product_id: 'tea', quantity: 2, unit_price: '5' }],
    ...{ event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: new Date(Date.now() - 60_000).toISOString() },
  };
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(purchase)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
  // A page that has overheard the order id cannot take its place, nor the event's under its own source.
  await post({ ...purchase, items: [{ product_id: 'tea', quantity: 1, unit_price: '0' }] }, api.keys.pk);
  await api.stored();
  expect(await api.database.rows('select orders::int, net::float8 as net from live_revenue')).toEqual([
    { orders: 1, net: 10 },
  ]);
  expect(await api.database.rows('select count(*)::int as rows from raw_purchases')).toEqual([{ rows: 1 }]);
});

describe('who asks for somebody else’s recommendations', () => {
  const claims = (sub: string, inSeconds = 600) => ({ sub, exp: Math.floor(Date.now() / 1000) + inSeconds });
  const tokens = async (id: string): Promise<(string | undefined)[]> => [
    undefined,
    'no token',
    await sign(claims('eve'), SIGNING_SECRET),
    await sign(claims(id), 'another secret of 32 characters or more'),
    await sign(claims(id, -1), SIGNING_SECRET),
    await sign(claims(id, 7_200), SIGNING_SECRET),
    await sign(claims(id), SIGNING_SECRET, 'HS512'),
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims(id))).toString('base64url')}.`,
  ];
  const ask = async (id: string, token: string | undefined) => {
    const headers = { 'x-api-key': api.keys.pk, ...(token === undefined ? {} : { 'x-user-token': token }) };
    const response = await fetch(`${api.url}/recommendations/${encodeURIComponent(id)}`, { headers });
    const { date: _, ...rest } = Object.fromEntries(response.headers);
    return { status: response.status, headers: rest, body: await response.text() };
  };

  test('is answered alike whether that person exists or not: status, body and headers', async () => {
    const [known, unknown] = [await tokens('ada'), await tokens('nobody')];
    for (const [index, token] of known.entries()) {
      const answer = await ask('ada', token);
      expect(answer.status).toBe(403);
      expect(answer).toEqual(await ask('nobody', unknown[index]));
    }
    expect((await ask('ada', await sign(claims('ada'), SIGNING_SECRET))).status).toBe(200);
  });

  test('learns nothing by an anonymous id that is linked to a person', async () => {
    const list = async (id: string) => {
      const { status, headers, body } = await ask(id, undefined);
      return { status, headers, recommendations: JSON.parse(body).recommendations };
    };
    const linked = await list(VISITOR);
    expect(linked).toEqual(await list('99999999-2222-4333-8444-555555555555'));
    expect(linked.status).toBe(200);
  });
});

describe('a page of an origin that is not pinned', () => {
  const near = [
    'null',
    'https://evil.example',
    'http://shop.example',
    'https://shop.example.evil.example',
    'https://shop.example:444',
    'https://shop.example/',
    'HTTPS://SHOP.EXAMPLE',
    'https://shop.example, https://evil.example',
  ];
  const keyed = documentedOperations().filter(({ allowed }) => allowed !== 'anyone');

  test.each(keyed)('is refused by $name, whatever key it holds', async (operation) => {
    const before = api.appends();
    for (const keyClass of operation.allowed)
      for (const origin of keyClass === 'pk' ? near : [...near, SHOP_ORIGIN]) {
        const { path, init } = requestOf(operation, { place: 'apiKey', key: api.keys[keyClass as 'pk'] });
        const response = await fetch(`${api.url}${path}`, { ...init, headers: { ...init.headers, origin } });
        const { code } = (await response.json()) as { code: string };
        expect([origin, response.status, code]).toEqual([origin, 403, 'forbidden_origin']);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    expect(api.appends()).toBe(before);
  });

  test.each(keyed)('gets no preflight of $name answered', async ({ path, method }) => {
    for (const origin of near) {
      const headers = { origin, 'access-control-request-method': method };
      const response = await fetch(`${api.url}${path}`, { method: 'OPTIONS', headers });
      expect([403, 405]).toContain(response.status);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

test('what names a way around the API document leads nowhere', async () => {
  const paths = [
    ...['/EVENTS', '/events/', '//events', '/events/..%2fusers/ada', '/users', '/users/ada/', '/users/a/b/export'],
    ...['/admin', '/sql', '/metrics', '/.env', '/.git/config', '/graphql', '/debug', '/v1/track', '/docs'],
    ...['/recommendations', '/recommendations/', '/products/tea', '/health/', '/health/log', '/__proto__/constructor'],
  ];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await fetch(`${api.url}${path}`, { method, headers: { 'x-api-key': api.keys.ak } });
      expect([method, path, response.status]).toEqual([method, path, 404]);
    }
});
