import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalApi, openLocalApi } from '../brackets/local-api.ts';

let api: LocalApi;
let trap: Server;
let trapUrl: string;
const calls: string[] = [];

beforeAll(async () => {
  api = await openLocalApi();
  trap = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = trap.address();
  trapUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => trap.close(resolve));
});

test('an address in an event, a header or a parameter is stored or refused, and never called', async () => {
  const url = `${trapUrl}/called`;
  const headers = {
    ...{ 'x-api-key': api.keys.sk, 'content-type': 'application/json', referer: url, 'user-agent': url },
    ...{
      'x-forwarded-host': new URL(url).host,
      'x-original-url': url,
      'x-callback-url': url,
      forwarded: `host=${url}`,
    },
  };
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${api.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const context = { page_url: url, referrer: url, user_agent: url, locale: url };
  const view = {
    type: 'product_view',
    user_id: url,
    session_id: url,
    product_id: url,
    name: url,
    category: url,
    context,
  };
  const track = { type: 'track', event: 'Product Viewed', userId: url, context: { page: { url, referrer: url } } };
  expect((await send('POST', '/events', view)).status).toBe(202);
  await send('POST', '/v1/batch', { batch: [{ ...track, properties: { product_id: url, image_url: url, url } }] });
  await send('POST', '/mp/collect', {
    client_id: url,
    events: [{ name: 'view_item', params: { items: [{ item_id: url }], page_location: url } }],
  });
  await send('PUT', '/products', { products: [{ product_id: url, name: url }] });
  await api.stored();
  const id = encodeURIComponent(url);
  expect((await send('GET', `/recommendations/${id}?product_id=${id}`)).status).toBe(200);
  expect((await send('GET', `/products/${id}/similar`)).status).toBe(200);
  const [row] = await api.database.rows('select context from raw_product_views where user_id = $1 limit 1', [url]);
  expect(row?.context).toMatchObject({ page_url: url });
  expect(calls).toEqual([]);
  await fetch(url);
  expect(calls).toEqual(['/called']);
});
