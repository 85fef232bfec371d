import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DatabaseUnavailableError } from '../../../platform/errors.ts';
import { catalogueApi, recordingDatabase } from './catalogue-api.ts';

const PRODUCTS = JSON.stringify({ products: [{ product_id: 'tea' }] });
const pad = (bytes: number) => JSON.stringify({ products: [{ product_id: 'tea', name: 'x'.repeat(bytes) }] });

type Body = string | Uint8Array<ArrayBuffer>;
const BODIES: [what: string, body: Body, headers: Record<string, string>, status: number][] = [
  ['no JSON', 'not json', {}, 400],
  ['nothing', '', {}, 400],
  ['a list', '[]', {}, 400],
  ['null', 'null', {}, 400],
  ['a product alone', '{"product_id":"tea"}', {}, 400],
  ['no products', '{"products":[]}', {}, 400],
  ['products that are no list', '{"products":{}}', {}, 400],
  ['a field beside products', '{"products":[{"product_id":"tea"}],"sent_at":"2026-11-01T12:00:00Z"}', {}, 400],
  ['501 products', JSON.stringify({ products: Array(501).fill({ product_id: 'tea' }) }), {}, 400],
  ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
  ['100,000 levels of nesting', '['.repeat(100_000) + ']'.repeat(100_000), {}, 400],
  ['more than 1 MiB', pad(1024 * 1024), {}, 413],
  ['a gzip bomb', new Uint8Array(gzipSync(Buffer.alloc(50 * 1024 * 1024))), { 'content-encoding': 'gzip' }, 413],
  ['broken gzip', 'x', { 'content-encoding': 'gzip' }, 400],
  ['brotli', 'x', { 'content-encoding': 'br' }, 415],
  ['text, which pages send without asking', PRODUCTS, { 'content-type': 'text/plain' }, 415],
];

test.each(BODIES)('answers %s with a problem document and stores nothing', async (_, body, headers, status) => {
  const database = recordingDatabase();
  const answered = await catalogueApi(database).send(body, headers);
  expect(answered.status).toBe(status);
  expect(answered.headers.get('content-type')).toBe('application/problem+json');
  expect(answered.answer).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  expect(database.transactions).toEqual([]);
});

test('takes gzip, and 500 products', async () => {
  const { send } = catalogueApi(recordingDatabase());
  const products = Array.from({ length: 500 }, (_, n) => ({ product_id: `p${n}` }));
  const packed = new Uint8Array(gzipSync(JSON.stringify({ products })));
  expect(await send(packed, { 'content-encoding': 'gzip' })).toMatchObject({
    status: 200,
    answer: { accepted: 500, rejected: [] },
  });
});

test('says of a request that is not valid what was got and what is allowed', async () => {
  const { send } = catalogueApi(recordingDatabase());
  const detail = async (body: unknown) => (await send(JSON.stringify(body))).answer.detail;
  expect(await detail({ products: Array(501).fill({}) })).toMatch(/got 501 products; allowed: .*1 to 500 products/);
  expect(await detail({ products: [{}], product: 1 })).toMatch(/^unknown field "product"; got 1 products; allowed: /);
  expect(await detail({})).toMatch(/^products: is required; allowed: /);
  expect(await detail([])).toMatch(/^the body must be a JSON object; allowed: /);
});

test('serves secret keys alone, and no page', async () => {
  const database = recordingDatabase();
  const { send, app } = catalogueApi(database);
  expect(await send(PRODUCTS, {}, 'pk')).toMatchObject({ status: 403, answer: { code: 'forbidden_for_key' } });
  expect(await send(PRODUCTS, {}, 'ak')).toMatchObject({ status: 403 });
  expect(await send(PRODUCTS, { 'x-api-key': '' })).toMatchObject({ status: 401, answer: { code: 'unauthenticated' } });
  expect(await send(PRODUCTS, { origin: 'https://shop.example' })).toMatchObject({ status: 403 });
  expect(database.transactions).toEqual([]);
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk_server' };
  expect((await app.request('/products', { method: 'PUT', headers, body: PRODUCTS })).status).toBe(200);
});

test.each(['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])(
  'answers %s with 405 and says what is allowed',
  async (method) => {
    const { app } = catalogueApi(recordingDatabase());
    const response = await app.request('/products', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'PUT']);
  },
);

test('answers 503 with Retry-After for what the database does not confirm', async () => {
  const gone = () => Promise.reject(new DatabaseUnavailableError('the database answered: gone', undefined));
  const { send, faults } = catalogueApi({ transact: gone });
  const { status, headers, answer } = await send(PRODUCTS);
  expect([status, answer.code, answer.accepted]).toEqual([503, 'database_unavailable', undefined]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(faults).toEqual([{ error: 'the database answered: gone' }]);
});
