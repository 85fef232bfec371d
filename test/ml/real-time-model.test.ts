import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Recommendation, recommend, similarProducts, trendingProducts } from '../../ml/real-time-model.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { RecommendationQuery } from '../../repositories/recommendations.repository.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows(`truncate raw_product_views, raw_cart_events, raw_purchases, product_popularity, products, identities,
    persons, orders, user_purchase_history, user_sessions, user_cart_summary, live_revenue`);
});

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();
const view = (user_id: string, product_id: string, fields = {}) => ({
  type: 'product_view',
  user_id,
  product_id,
  ...fields,
});
const purchase = (user_id: string, product_id: string, fields = {}) => ({
  type: 'purchase',
  user_id,
  order_id: randomUUID(),
  currency: 'EUR',
  items: [{ product_id, quantity: 1, unit_price: '4' }],
  ...fields,
});

const reader = () => createNeonDatabase(database.readerUrl);
const listFor = async (id: string, query: Partial<RecommendationQuery> = {}) =>
  (await recommend(reader(), { visitor: { id, followLinks: true }, limit: 20, ...query })).items;
const similarTo = async (productId: string) => (await similarProducts(reader(), { productId, limit: 20 })).items;
const trendingNow = async (category?: string) => (await trendingProducts(reader(), { limit: 20, category })).items;
const ids = (items: readonly Recommendation[]) => items.map(({ product_id }) => product_id);

test('says whether others bought, added or only viewed a product together with the visitor’s', async () => {
  await store(
    database,
    ['a', 'b', 'c'].flatMap((user) => [
      view(user, 'tea'),
      view(user, 'seen'),
      { type: 'add_to_cart', user_id: user, product_id: 'added', quantity: 1 },
      purchase(user, 'bought'),
    ]),
  );
  const items = await similarTo('tea');
  expect(Object.fromEntries(items.map(({ product_id, reason }) => [product_id, reason]))).toEqual({
    seen: 'viewed_together',
    added: 'added_together',
    bought: 'bought_together',
  });
});

test('the product touched last weighs most', async () => {
  const pairs = (user: string, first: string, second: string) => [view(user, first), view(user, second)];
  await store(database, [...pairs('a', 'tea', 'cup'), ...pairs('b', 'lamp', 'bulb')]);
  await store(database, [
    view('v', 'tea', { occurred_at: ago(0.4) }),
    view('v', 'rug', { occurred_at: ago(0.3) }),
    view('v', 'lamp', { occurred_at: ago(0.2) }),
  ]);
  expect(ids(await listFor('v')).slice(0, 2)).toEqual(['bulb', 'cup']);
  await store(database, [view('v', 'tea', { occurred_at: ago(0.1) })]);
  expect(ids(await listFor('v')).slice(0, 2)).toEqual(['cup', 'bulb']);
});

test('a visitor who comes a hundred times has one voice', async () => {
  const flood = Array.from({ length: 100 }, (_, n) => [
    view('one', 'tea', { session_id: `s${n}` }),
    view('one', 'pushed', { session_id: `s${n}` }),
  ]);
  await store(database, flood.flat());
  await store(
    database,
    ['a', 'b'].flatMap((user) => [view(user, 'tea'), view(user, 'honest')]),
  );
  expect(ids(await similarTo('tea'))).toEqual(['honest', 'pushed']);
});

test('a thousand reloads by one visitor count for less than ten visitors in the same hour', async () => {
  await store(
    database,
    Array.from({ length: 10 }, (_, n) => view(`u${n}`, 'honest')),
  );
  for (let batch = 0; batch < 2; batch += 1)
    await store(
      database,
      Array.from({ length: 500 }, () => view('one', 'pushed')),
    );
  const [first, second] = await trendingNow();
  expect([first?.product_id, second?.product_id]).toEqual(['honest', 'pushed']);
  expect(second?.score).toBeLessThan(0.5 * (first?.score ?? 0));
});

test('what was looked at last week trends below what is looked at today', async () => {
  const crowd = (product: string, size: number, hours: number) =>
    Array.from({ length: size }, (_, n) => view(`${product}${n}`, product, { occurred_at: ago(hours) }));
  await store(database, [...crowd('old', 6, 24 * 21), ...crowd('new', 4, 1)]);
  expect(ids(await trendingNow())).toEqual(['new', 'old']);
});

test('a link that anybody can make does not take over a user of the same name', async () => {
  await store(database, [view('alice', 'tea'), view('mallory', 'spam')]);
  await store(database, [{ type: 'identify', user_id: 'mallory', anonymous_id: 'alice' }]);
  const own = (await listFor('alice')).filter(({ reason }) => reason === 'seen_before');
  expect(ids(own)).toEqual(['tea']);
});

test('what was bought anonymously stays excluded after the login', async () => {
  const anonymous_id = randomUUID();
  await store(database, [view('x', 'tea'), view('x', 'cup'), purchase('x', 'tea')]);
  await store(database, [purchase('ignored', 'cup', { user_id: undefined, anonymous_id })]);
  await store(database, [{ type: 'identify', anonymous_id, user_id: 'alice' }]);
  expect(ids(await listFor('alice', { productId: 'tea' }))).not.toContain('cup');
  expect(ids(await listFor(anonymous_id, { visitor: { id: anonymous_id, followLinks: false } }))).not.toContain('cup');
});

test('finds what is rare in a category, however much else is trending', async () => {
  await store(database, Array.from({ length: 300 }, (_, n) => [view(`a${n}`, `p${n}`), view(`b${n}`, `p${n}`)]).flat());
  await store(database, [view('a', 'rare', { category: 'curiosa' })]);
  expect(ids(await trendingNow('curiosa'))).toEqual(['rare']);
});

test('scores fall from the first to the last, and no product stands twice', async () => {
  await store(
    database,
    Array.from({ length: 40 }, (_, n) => [view(`u${n % 7}`, `p${n % 12}`), view(`u${n % 5}`, `q${n % 9}`)]).flat(),
  );
  const items = await listFor('u1', { limit: 100 });
  expect(items.length).toBeGreaterThan(15);
  expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => b - a));
  expect(items.every(({ score }) => score > 0)).toBe(true);
  expect(new Set(ids(items)).size).toBe(items.length);
});
