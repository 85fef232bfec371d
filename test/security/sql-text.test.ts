import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportPartNames } from '../../lambdas/people/export-parts.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { type LocalApi, openLocalApi } from '../brackets/local-api.ts';
import { query } from '../brackets/query.ts';
import { peopleApi } from '../lambdas/people/people-api.ts';
import { hostileText, hostileTexts } from './hostile-text.ts';

let api: LocalApi;
beforeAll(async () => {
  api = await openLocalApi();
});
afterAll(() => api.close());

const send = (method: string, path: string, key: string, body?: unknown) =>
  fetch(`${api.url}${path}`, {
    method,
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const [id, label, long] = [hostileText(200), hostileText(500), hostileText(2000)];
const who = fc.record({
  user_id: id,
  session_id: id,
  context: fc.record({ page_url: long, referrer: long, user_agent: long, locale: id }),
});
const bodies = fc.oneof(
  fc.record({ type: fc.constant('product_view'), product_id: id, name: label, category: label, brand: label }),
  fc.record({ type: fc.constant('add_to_cart'), product_id: id, quantity: fc.constant(1), cart_id: id }),
  fc.record({
    ...{ type: fc.constant('purchase'), order_id: id, currency: fc.constant('EUR') },
    items: fc.array(fc.record({ product_id: id, quantity: fc.constant(1), unit_price: fc.constant('1') }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);
const events = fc.array(
  fc.tuple(who, bodies).map(([person, body]) => ({
    ...person,
    ...body,
    event_id: randomUUID(),
    occurred_at: new Date(Date.now() - 60_000).toISOString(),
  })),
  { minLength: 60, maxLength: 60, size: 'max' },
);

async function rawRows(ids: readonly string[]): Promise<Record<string, unknown>[]> {
  const read = (table: string) => api.database.rows(`select * from ${table} where event_id = any($1::uuid[])`, [ids]);
  return (await Promise.all(['raw_product_views', 'raw_cart_events', 'raw_purchases'].map(read))).flat();
}

test('every text of an event is a value and nothing else: it comes back from its row as it was sent', async () => {
  for (const batch of fc.sample(events, 4)) {
    const answer = await send('POST', '/events', api.keys.sk, { events: batch });
    expect(await answer.json()).toEqual({ accepted: batch.length, rejected: [] });
    await api.stored();
    const rows = new Map((await rawRows(batch.map(({ event_id }) => event_id))).map((row) => [row.event_id, row]));
    for (const { occurred_at: _, event_id, type, context, ...fields } of batch)
      expect(rows.get(event_id)).toMatchObject({ ...fields, context: expect.objectContaining(context) });
  }
  expect(await api.database.rows('select detail from dead_letters')).toEqual([]);
});

test('a product’s name is stored and shown to BI tools as it was sent, whatever a spreadsheet or a page would make of it', async () => {
  const views = hostileTexts.map((name, index) => ({
    type: 'product_view',
    user_id: 'u',
    product_id: `named-${index}`,
    name,
  }));
  expect((await send('POST', '/events', api.keys.sk, { events: views })).status).toBe(202);
  await api.stored();
  const rows = await query(
    api.database.biUrl,
    "select product_id, name from analytics.top_viewed_items where product_id like 'named-%' order by product_id",
  );
  const shown = new Map(rows.map(({ product_id, name }) => [product_id, name]));
  for (const { product_id, name } of views) if (shown.has(product_id)) expect(shown.get(product_id)).toBe(name);
  expect(shown.size).toBeGreaterThan(10);
});

test('every parameter and id of a route is a value and nothing else', async () => {
  const tables = () => api.database.rows("select count(*)::int as tables from pg_tables where schemaname = 'public'");
  const before = await tables();
  const answered = new Map<number, number>();
  for (const text of hostileTexts) {
    const value = encodeURIComponent(text);
    const reads = [
      `/recommendations/${value}?product_id=${value}&exclude=${value}&rebuy_category=${value}`,
      ...[`/products/${value}/similar?category=${value}&exclude=${value}`, `/trending?category=${value}`],
      ...[`/trending?limit=${value}`, `/trending?min_price=${value}&currency=EUR`, `/trending?${value}=1`],
    ];
    const statuses = await Promise.all(reads.map(async (path) => (await send('GET', path, api.keys.sk)).status));
    for (const status of statuses) {
      expect([200, 400, 404]).toContain(status);
      answered.set(status, (answered.get(status) ?? 0) + 1);
    }
    const products = [{ product_id: text, name: text, category: text, brand: text }];
    expect((await send('PUT', '/products', api.keys.sk, { products })).status).toBe(200);
  }
  expect(answered.get(200)).toBeGreaterThan(hostileTexts.length * 2);
  const named = await api.database.rows('select product_id, name, brand from catalogue');
  expect(new Set(named.map(({ product_id }) => product_id))).toEqual(new Set(hostileTexts));
  for (const { product_id, name, brand } of named) expect([name, brand]).toEqual([product_id, product_id]);
  expect(await tables()).toEqual(before);
});

test('every id of a person, and every cursor, is a value and nothing else', async () => {
  const app = peopleApi(createNeonDatabase(api.database.peopleUrl));
  const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
  const asked = hostileTexts.flatMap((text) => [
    `/users/${encodeURIComponent(text)}/export?limit=2`,
    `/users/u/export?cursor=${cursorOf({ part: 'orders', after: [text] })}`,
  ]);
  for (const after of [['\u0000'], ['\ud800'], [], [''], Array(9).fill('x'), [1], 'x'])
    asked.push(...exportPartNames.slice(0, 3).map((part) => `/users/u/export?cursor=${cursorOf({ part, after })}`));
  const answers = await Promise.all(asked.map((path) => app.send('GET', path, 'ak')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
  expect(app.logged).toEqual([]);
});
