import { randomUUID } from 'node:crypto';
import { sign } from 'hono/jwt';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRecommendApp } from '../../../lambdas/recommend/app.ts';
import { callerByKey } from '../../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../../platform/http/user-token.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

const SECRET = 'a signing secret of at least 32 characters';
const SHOP = 'https://shop.example';
type Answer = {
  recommendations: { product_id: string; score: number; reason: string }[];
  user_id?: string;
  detail?: string;
};

let database: TestDatabase;
let get: (path: string, headers?: Record<string, string>) => Promise<{ status: number; answer: Answer }>;

beforeAll(async () => {
  database = await openTestDatabase();
  const app = createRecommendApp({
    database: createNeonDatabase(database.readerUrl),
    callerOf: callerByKey(
      createKeyring([
        { hash: hashKey('pk_page'), class: 'pk', source: 'web', origins: [SHOP] },
        { hash: hashKey('sk_server'), class: 'sk', source: 'server' },
      ]),
    ),
    userTokens: createUserTokenVerifier(async () => [SECRET]),
    pinnedOrigins: new Set([SHOP]),
    addressOf: () => '127.0.0.1',
    log: { error: (_, fields) => console.error(fields) },
  });
  get = async (path, headers = { 'x-api-key': 'sk_server' }) => {
    const response = await app.request(path, { headers });
    return { status: response.status, answer: (await response.json()) as Answer };
  };
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows(`truncate raw_product_views, raw_cart_events, raw_purchases, product_popularity, products, identities,
    persons, orders, user_purchase_history, user_sessions, user_cart_summary, live_revenue`);
});

const view = (user_id: string, product_id: string, fields = {}) => ({
  type: 'product_view',
  user_id,
  product_id,
  ...fields,
});
const products = ({ answer }: { answer: Answer }) => answer.recommendations.map(({ product_id }) => product_id);

/** Three people who looked at tea and cups together, and five who looked at a lamp. */
const tea = ['x', 'y', 'z'].flatMap((user) => [
  view(user, 'tea', { category: 'kitchen' }),
  view(user, 'cup', { category: 'kitchen' }),
]);
const lamps = ['k', 'l', 'm', 'n', 'o'].map((user) => view(user, 'lamp', { category: 'light' }));

test('a view changes the next answer as soon as it is a row', async () => {
  await store(database, [...tea, ...lamps]);
  expect(products(await get('/recommendations/visitor'))[0]).toBe('lamp');
  await store(database, [view('visitor', 'tea')]);
  const { answer } = await get('/recommendations/visitor');
  expect(answer).toMatchObject({ user_id: 'visitor', model_version: expect.any(String) });
  expect(answer.recommendations[0]).toMatchObject({ product_id: 'cup', reason: 'viewed_together' });
  expect(answer.recommendations.at(-1)).toMatchObject({ product_id: 'tea', reason: 'seen_before' });
});

test('the page that the visitor is on counts and is not recommended', async () => {
  await store(database, [...tea, ...lamps]);
  const answer = await get('/recommendations/visitor?product_id=tea');
  expect(products(answer)[0]).toBe('cup');
  expect(products(answer)).not.toContain('tea');
});

test('leaves out what was bought, unless asked not to', async () => {
  const cup = { product_id: 'cup', quantity: 1, unit_price: '4' };
  await store(database, [
    ...tea,
    view('v', 'tea'),
    { type: 'purchase', user_id: 'v', order_id: 'o', currency: 'EUR', items: [cup] },
  ]);
  expect(products(await get('/recommendations/v'))).not.toContain('cup');
  expect(products(await get('/recommendations/v?exclude_purchased=false'))).toContain('cup');
});

test('leaves out hidden and unavailable products and what crawlers look at', async () => {
  await store(database, [...tea, ...lamps, view('v', 'tea')]);
  await database.rows("update products set hidden = true where product_id = 'cup'");
  await database.rows("update products set available = false where product_id = 'lamp'");
  expect(products(await get('/recommendations/v'))).toEqual(['tea']);
  await store(
    database,
    Array.from({ length: 20 }, () => view('robot', 'spam', { is_bot: true })),
  );
  expect(products(await get('/recommendations/v'))).toEqual(['tea']);
});

test('keeps to a category and to a limit', async () => {
  await store(database, [...tea, ...lamps]);
  expect(products(await get('/trending?category=kitchen'))).toEqual(['cup', 'tea']);
  expect(products(await get('/recommendations/v?limit=1'))).toHaveLength(1);
  expect(products(await get('/products/tea/similar'))).toEqual(['cup']);
});

test('a thousand reloads by one visitor do not lift a product above what ten visitors look at in different hours', async () => {
  const hours = Array.from({ length: 10 }, (_, n) => new Date(Date.now() - n * 3_600_000).toISOString());
  await store(
    database,
    hours.map((occurred_at, n) => view(`u${n}`, 'honest', { occurred_at })),
  );
  for (let batch = 0; batch < 2; batch += 1)
    await store(
      database,
      Array.from({ length: 500 }, () => view('one', 'pushed')),
    );
  const { answer } = await get('/trending');
  const score = (id: string) => answer.recommendations.find(({ product_id }) => product_id === id)?.score ?? 0;
  expect(score('pushed')).toBeLessThan(1.1 * score('honest'));
});

test('follows a login for a secret key, and reads only the anonymous rows for a publishable one', async () => {
  const anonymous_id = randomUUID();
  await store(database, [...tea, ...lamps, { type: 'product_view', anonymous_id, product_id: 'tea' }]);
  await store(database, [{ type: 'identify', anonymous_id, user_id: 'alice' }, view('alice', 'lamp')]);
  expect(products(await get('/recommendations/alice'))[0]).toBe('cup');
  expect(
    products(await get(`/recommendations/${anonymous_id}`))
      .slice(-2)
      .sort(),
  ).toEqual(['lamp', 'tea']);
  const shown = await get(`/recommendations/${anonymous_id}`, { 'x-api-key': 'pk_page' });
  expect(
    shown.answer.recommendations.filter(({ reason }) => reason === 'seen_before').map((item) => item.product_id),
  ).toEqual(['tea']);
});

test('refuses a publishable key for a user, the same whether the user exists or not, unless the shop vouches', async () => {
  await store(database, [view('alice', 'tea')]);
  const pk = { 'x-api-key': 'pk_page' };
  const [known, unknown] = [await get('/recommendations/alice', pk), await get('/recommendations/nobody', pk)];
  expect([known.status, known.answer]).toEqual([403, unknown.answer]);
  const exp = Math.floor(Date.now() / 1000) + 600;
  const token = (sub: string, until = exp) => sign({ sub, exp: until }, SECRET, 'HS256');
  const withToken = async (value: string) =>
    (await get('/recommendations/alice', { ...pk, 'x-user-token': value })).status;
  expect(await withToken(await token('alice'))).toBe(200);
  expect(await withToken(await token('bob'))).toBe(403);
  expect(await withToken(await token('alice', exp + 7_200))).toBe(403);
  expect(await withToken(await sign({ sub: 'alice', exp }, 'another secret of at least 32 characters', 'HS256'))).toBe(
    403,
  );
});

test.each(['limit=0', 'limit=101', 'limit=x', 'colour=red', 'exclude_purchased=maybe', 'product_id='])(
  'names the parameter that is wrong: %s',
  async (query) => {
    const { status, answer } = await get(`/recommendations/v?${query}`);
    expect(status).toBe(400);
    expect(answer.detail).toContain(query.split('=')[0]);
  },
);

test('answers 401 without a key', async () => {
  for (const path of ['/recommendations/v', '/trending', '/products/p/similar'])
    expect((await get(path, {})).status).toBe(401);
});

test('an event from the year 2000 beside one of today leaves every list standing', async () => {
  await store(database, [view('old', 'relic', { occurred_at: '2000-01-02T00:00:00Z' }), view('new', 'lamp')]);
  for (const path of ['/trending', '/recommendations/nobody', '/recommendations/old', '/products/relic/similar'])
    expect((await get(path)).status).toBe(200);
  expect(products(await get('/trending'))[0]).toBe('lamp');
});
