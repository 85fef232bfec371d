import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LogUnavailableError } from '../../../platform/errors.ts';
import { SHOP } from '../events-api.ts';
import { basic, dialectApi, track } from './dialect-api.ts';

const message = track('Product Viewed', { product_id: 'p' });
const order = track('Order Completed', {
  ...{ order_id: 'o', currency: 'EUR' },
  products: [{ product_id: 'p', price: 1 }],
});
const segmentBody = JSON.stringify({ batch: [message] });
const ga4Body = JSON.stringify({ client_id: 'c', events: [{ name: 'begin_checkout' }] });
const paths = [
  ['/v1/batch', segmentBody, { authorization: basic('sk_server') }],
  ['/mp/collect?api_secret=sk_server', ga4Body, {}],
] as const;

test('a key is the user of Basic authentication or api_secret, on the route of that client alone', async () => {
  const { send } = dialectApi();
  const status = async (path: string, body: string, headers: Record<string, string>) =>
    (await send(path, body, headers)).status;
  for (const [path, body, headers] of paths) expect(await status(path, body, headers)).toBe(200);
  expect(await status('/mp/collect', ga4Body, { authorization: basic('sk_server') })).toBe(401);
  expect(await status('/v1/batch?api_secret=sk_server', segmentBody, {})).toBe(401);
  const event = JSON.stringify({ type: 'begin_checkout', user_id: 'u' });
  expect(
    await status('/events', event, { authorization: basic('sk_server'), 'content-type': 'application/json' }),
  ).toBe(401);
  expect(await status('/events?api_secret=sk_server', event, { 'content-type': 'application/json' })).toBe(401);
  // Where the sender can, a header keeps the key out of the URL.
  expect(await status('/mp/collect', ga4Body, { 'x-api-key': 'sk_server' })).toBe(200);
  expect(await status('/v1/batch', segmentBody, { authorization: 'Bearer sk_server' })).toBe(200);
});

test.each([
  ['/v1/batch', {}],
  ['/v1/batch', { authorization: 'Basic' }],
  ['/v1/batch', { authorization: 'Basic !!!' }],
  ['/v1/batch', { authorization: basic('') }],
  ['/v1/batch', { authorization: basic('sk_wrong') }],
  ['/v1/batch', { authorization: `Basic ${Buffer.from('x:sk_server').toString('base64')}` }],
  ['/mp/collect', {}],
  ['/mp/collect?api_secret=', {}],
  ['/mp/collect?api_secret=sk_wrong', {}],
])('%s with %j is answered 401 in words', async (path, headers) => {
  const { send, publisher } = dialectApi();
  const { status, answer } = await send(path, JSON.stringify({ batch: [message], writeKey: 'sk_server' }), headers);
  expect([status, answer.code]).toEqual([401, 'unauthenticated']);
  expect(answer.detail).toContain(path.startsWith('/v1') ? 'Basic' : 'api_secret');
  expect(publisher.records).toEqual([]);
});

test('a publishable key sends views and carts, and no orders unless the shop allows it', async () => {
  const strict = dialectApi();
  expect(await strict.segment([order], {}, 'pk_page')).toMatchObject({
    status: 403,
    answer: { code: 'forbidden_for_key' },
  });
  const mixed = await strict.segment([message, order], {}, 'pk_page');
  expect(mixed).toMatchObject({
    status: 200,
    answer: { accepted: 1, rejected: [{ index: 1, code: 'forbidden_for_key', path: 'event' }] },
  });
  const purchase = {
    name: 'purchase',
    params: { transaction_id: 't', currency: 'EUR', items: [{ item_id: 'p', price: 1 }] },
  };
  expect((await strict.ga4([purchase], { client_id: 'c' }, 'pk_page')).status).toBe(403);
  expect((await strict.ga4([purchase], { client_id: 'c' }, 'ak_admin')).status).toBe(403);
  const lenient = dialectApi({ allowUntrustedPurchases: true });
  expect((await lenient.segment([order], {}, 'pk_page')).status).toBe(200);
  expect(lenient.publisher.records[0]?.stamp).toMatchObject({ source: 'web', trusted: false });
});

test.each(['/v1/batch', '/mp/collect'])('pages of pinned origins alone may call %s', async (path) => {
  const { app } = dialectApi();
  const preflight = async (origin: string) => await app.request(path, { method: 'OPTIONS', headers: { origin } });
  const pinned = await preflight(SHOP);
  expect([pinned.status, pinned.headers.get('access-control-allow-headers')]).toEqual([
    204,
    expect.stringContaining('authorization'),
  ]);
  expect((await preflight('https://evil.example')).status).toBe(403);
  const body = path === '/v1/batch' ? segmentBody : ga4Body;
  const post = (origin: string) =>
    app.request(path, { method: 'POST', body, headers: { origin, 'x-api-key': 'pk_page' } });
  expect((await post(SHOP)).headers.get('access-control-allow-origin')).toBe(SHOP);
  expect((await post('https://evil.example')).status).toBe(403);
  expect((await app.request(path)).status).toBe(405);
});

test('a key has one rate for all routes', async () => {
  const { segment, ga4, post } = dialectApi({ rateLimit: { perSecond: 1, burst: 2 } });
  expect((await segment([message], {}, 'pk_page')).status).toBe(200);
  expect((await ga4([{ name: 'begin_checkout' }], { client_id: 'c' }, 'pk_page')).status).toBe(200);
  expect((await segment([message], {}, 'pk_page')).status).toBe(429);
  expect((await post({ type: 'begin_checkout', user_id: 'u' }, 'pk')).status).toBe(429);
});

test('a crawler is known by the visitor’s user agent in the message', async () => {
  const { segment, publisher } = dialectApi();
  const crawler = { context: { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' }, messageId: 'other' };
  await segment([message, { ...message, ...crawler }]);
  expect(publisher.records.map(({ stamp }) => stamp.is_bot)).toEqual([false, true]);
});

test.each(paths)('%s takes packed bodies and any content type', async (path, body, headers) => {
  const { app } = dialectApi();
  const status = async (bytes: string | Buffer, beside: Record<string, string>) =>
    (
      await app.request(path, {
        method: 'POST',
        body: new Uint8Array(Buffer.from(bytes)),
        headers: { ...headers, ...beside },
      })
    ).status;
  expect(await status(gzipSync(body), { 'content-encoding': 'gzip' })).toBe(200);
  expect(await status(deflateSync(body), { 'content-encoding': 'deflate' })).toBe(200);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', ''])
    expect(await status(body, { 'content-type': type })).toBe(200);
  expect(await status(body, { 'content-encoding': 'br' })).toBe(415);
  const bomb = Buffer.alloc(50 * 1024 * 1024);
  expect(await status(gzipSync(bomb), { 'content-encoding': 'gzip' })).toBe(413);
  expect(await status(deflateSync(bomb), { 'content-encoding': 'deflate' })).toBe(413);
});

test.each(paths)('%s names no key, whatever goes wrong', async (path, body, headers) => {
  const { app, publisher, faults, warnings } = dialectApi();
  const said: string[] = [];
  const post = async (text: string) => {
    const response = await app.request(path, { method: 'POST', body: text, headers });
    said.push(await response.text(), JSON.stringify([...response.headers]));
    return response.status;
  };
  expect(await post('no json')).toBe(400);
  expect(await post(JSON.stringify({ batch: [7], events: [7] }))).toBe(400);
  publisher.failure = new LogUnavailableError('gone');
  expect(await post(body)).toBe(503);
  publisher.failure = new Error('broken');
  expect(await post(body)).toBe(500);
  expect(faults).toHaveLength(2);
  expect(warnings).toHaveLength(1);
  expect(JSON.stringify([said, faults, warnings])).not.toContain('sk_server');
});
