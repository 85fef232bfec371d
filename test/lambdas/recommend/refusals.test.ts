import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createRecommendApp } from '../../../lambdas/recommend/app.ts';
import { DatabaseUnavailableError } from '../../../platform/errors.ts';
import { callerByKey } from '../../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../../platform/http/user-token.ts';
import type { Database } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

const appOn = (database: Database) =>
  createRecommendApp({
    database,
    callerOf: callerByKey(
      createKeyring([
        { hash: hashKey('pk_page'), class: 'pk', source: 'web', origins: ['https://shop.example'] },
        { hash: hashKey('ak_admin'), class: 'ak', source: 'admin' },
        { hash: hashKey('sk_server'), class: 'sk', source: 'server' },
      ]),
    ),
    userTokens: createUserTokenVerifier(async () => []),
    pinnedOrigins: new Set(['https://shop.example']),
    addressOf: () => '127.0.0.1',
    log: { error: (_, fields) => console.error(fields) },
  });

const down: Database = {
  query: () => Promise.reject(new DatabaseUnavailableError('the database answered: gone', undefined)),
  transact: () => Promise.reject(new DatabaseUnavailableError('the database answered: gone', undefined)),
};

test.each(['/recommendations/v', '/products/p/similar', '/trending'])(
  'says when to come again while the database is away: %s',
  async (path) => {
    const response = await appOn(down).request(path, { headers: { 'x-api-key': 'sk_server' } });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'database_unavailable', status: 503 });
  },
);

test('refuses keys of another class, pages of another origin, and other methods', async () => {
  const ask = async (headers: Record<string, string>, method = 'GET') =>
    (await appOn(down).request('/trending', { method, headers })).status;
  expect(await ask({ 'x-api-key': 'ak_admin' })).toBe(403);
  expect(await ask({ 'x-api-key': 'pk_page', origin: 'https://evil.example' })).toBe(403);
  expect(await ask({ 'x-api-key': 'sk_server' }, 'DELETE')).toBe(405);
});

test('a publishable key learns nothing of a user whose id is a UUID', async () => {
  await withDatabase(async (database) => {
    const [user, stranger] = [randomUUID(), randomUUID()];
    const line = { product_id: 'cup', quantity: 1, unit_price: '4' };
    await store(database, [
      { type: 'product_view', user_id: 'x', product_id: 'tea' },
      { type: 'product_view', user_id: 'x', product_id: 'cup' },
      { type: 'product_view', user_id: user, product_id: 'tea' },
      { type: 'purchase', user_id: user, order_id: 'o1', currency: 'EUR', items: [line] },
    ]);
    const app = appOn(createNeonDatabase(database.readerUrl));
    const ask = async (id: string) => {
      const response = await app.request(`/recommendations/${id}`, { headers: { 'x-api-key': 'pk_page' } });
      return ((await response.json()) as { recommendations: unknown[] }).recommendations;
    };
    const shown = await ask(user);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown).toEqual(await ask(stranger));
  });
});

test.each([
  ['limit=1e1', 'limit: must be a whole number from 1 to 100'],
  ['limit=0x10', 'limit: must be a whole number from 1 to 100'],
  ['limit=101', 'limit: must be a whole number from 1 to 100'],
  ['limit=5&limit=50', 'limit: is given more than once'],
  [
    'product_id=p',
    'product_id: is no parameter here; allowed: limit, category, min_price, max_price, currency, exclude, max_per_category',
  ],
  ['category=%00', 'category: text must be well-formed unicode without U+0000'],
])('says what is wrong and what is allowed: %s', async (query, detail) => {
  const response = await appOn(down).request(`/trending?${query}`, { headers: { 'x-api-key': 'sk_server' } });
  expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_request', detail });
});
