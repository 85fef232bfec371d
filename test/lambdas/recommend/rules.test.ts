import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recommend } from '../../../ml/real-time-model.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import type { RecommendationQuery } from '../../../repositories/recommendations.repository.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const view = (user_id: string, product_id: string, fields = {}) => ({
  type: 'product_view',
  user_id,
  product_id,
  ...fields,
});
const listFor = async (id: string, query: Partial<RecommendationQuery> = {}) => {
  const visitor = { id, followLinks: true };
  return (await recommend(createNeonDatabase(database.readerUrl), { visitor, limit: 20, ...query })).items;
};
const idsFor = async (id: string, query: Partial<RecommendationQuery> = {}) =>
  (await listFor(id, query)).map(({ product_id }) => product_id);

/** Who looks at tea looks at cups, pots and honey; the visitor looked at tea and bought honey. */
const shop = [
  { product_id: 'tea', category: 'food', unit_price: '3', currency: 'EUR' },
  { product_id: 'honey', category: 'food', unit_price: '5', currency: 'EUR' },
  { product_id: 'cup', category: 'kitchen', unit_price: '8', currency: 'EUR' },
  { product_id: 'pot', category: 'kitchen', unit_price: '30', currency: 'EUR' },
  { product_id: 'kettle', category: 'kitchen', unit_price: '20', currency: 'USD' },
];
beforeEach(async () => {
  await database.rows(`truncate raw_product_views, raw_cart_events, raw_purchases, product_popularity, products, identities,
    persons, orders, user_purchase_history, user_sessions, user_cart_summary, live_revenue`);
  const others = ['a', 'b', 'c'].flatMap((user) =>
    shop.map(({ product_id, ...fields }) => view(user, product_id, fields)),
  );
  const line = { product_id: 'honey', quantity: 1, unit_price: '5' };
  const order = { type: 'purchase', user_id: 'v', order_id: randomUUID(), currency: 'EUR', items: [line] };
  await store(database, [...others, view('v', 'tea'), order]);
});

test('discovering puts the visitor’s own products last, continuing puts them where they rank', async () => {
  const discovered = await idsFor('v');
  expect(discovered.at(-1)).toBe('tea');
  expect(discovered).toHaveLength(4);
  const weights = `jsonb_set(weights, '{own_fast}', '100')`;
  await database.rows(`insert into model_runs (model_version, trainer, status, weights)
    select 'own-first', 'test', 'published', ${weights} from model_runs where model_version = 'untrained'`);
  const continued = await listFor('v', { mode: 'continue', modelVersion: 'own-first' });
  expect(continued[0]).toMatchObject({ product_id: 'tea', reason: 'seen_before' });
  expect(await idsFor('v', { modelVersion: 'own-first' })).toEqual(discovered);
});

test('never recommends what was bought, but in a category that people buy again', async () => {
  expect(await idsFor('v')).not.toContain('honey');
  expect(await idsFor('v', { rebuyCategories: ['kitchen'] })).not.toContain('honey');
  expect(await idsFor('v', { rebuyCategories: ['food'] })).toContain('honey');
});

test('keeps to a price band in one currency, both ends included', async () => {
  expect((await idsFor('v', { minPrice: '8', maxPrice: '30', currency: 'EUR' })).sort()).toEqual(['cup', 'pot']);
  expect(await idsFor('v', { maxPrice: '29.99', currency: 'EUR', category: 'kitchen' })).toEqual(['cup']);
  expect(await idsFor('v', { minPrice: '1', currency: 'USD' })).toEqual(['kettle']);
});

test('keeps to the category of the page, leaves out what is denied, and caps each category', async () => {
  expect((await idsFor('v', { productId: 'cup', sameCategory: true })).sort()).toEqual(['kettle', 'pot']);
  expect(await idsFor('v', { denied: ['cup', 'tea'] })).toHaveLength(2);
  const capped = await idsFor('v', { maxPerCategory: 1 });
  expect(capped).toHaveLength(2);
  expect(capped.filter((id) => ['cup', 'pot', 'kettle'].includes(id))).toHaveLength(1);
});

test('a page of an unknown category has nothing of the same category', async () => {
  expect(await idsFor('v', { productId: 'unheard-of', sameCategory: true })).toEqual([]);
});

test('answers as of a moment: nothing that came later counts', async () => {
  const before = new Date(Date.now() - 3_600_000);
  await store(database, [
    view('w', 'tea', { occurred_at: new Date(Date.now() - 7_200_000).toISOString(), event_id: randomUUID() }),
  ]);
  const then = await listFor('w', { at: before, mode: 'continue' });
  expect(then.map(({ product_id }) => product_id)).toEqual(['tea']);
  expect((await idsFor('w')).length).toBeGreaterThan(1);
});

test('a trained pair counts by its place in the trail, and says why', async () => {
  await database.rows(`insert into model_runs (model_version, trainer, status, weights)
    select 'pairs', 'test', 'published', jsonb_set(weights, '{visits}', '0') from model_runs where model_version = 'untrained'`);
  await database.rows(`insert into product_neighbors (model_version, product_id, neighbors, when_last, when_before, reasons) values
    ('pairs', 'cup', '{saucer,spoon}', '{2,3}', '{9,1}', '{4,1}'), ('pairs', 'pot', '{lid}', '{4}', '{1}', '{2}')`);
  const pairs = { modelVersion: 'pairs', limit: 3, excludePurchased: false };
  await store(database, [
    view('w', 'cup', { occurred_at: new Date(Date.now() - 60_000).toISOString(), event_id: randomUUID() }),
  ]);
  expect((await listFor('w', pairs)).map(({ product_id, reason }) => [product_id, reason]).slice(0, 2)).toEqual([
    ['spoon', 'bought_together'],
    ['saucer', 'similar'],
  ]);
  await store(database, [view('w', 'pot')]);
  expect(await idsFor('w', pairs)).toEqual(['saucer', 'lid', 'spoon']);
});

/** Two hundred products, p0 the likeliest beside 'page', and what is trending in the same order. */
async function manyProducts(): Promise<void> {
  await database.rows(`insert into products (product_id, category, unit_price, currency)
    select 'p' || n, 'c' || n % 2, case when n < 150 then 1 else 200 end, 'EUR' from generate_series(0, 199) n`);
  await database.rows(`insert into product_popularity (product_id, hour, views)
    select 'p' || n, date_trunc('hour', now(), 'UTC'), 1000 - n from generate_series(0, 199) n`);
  await database.rows(`insert into model_runs (model_version, trainer, status, weights)
    select 'many', 'test', 'published', weights from model_runs where model_version = 'untrained' on conflict do nothing`);
  await database.rows(`insert into product_neighbors (model_version, product_id, neighbors, when_last, when_before, reasons)
    select 'many', 'page', array_agg('p' || n order by n), array_agg((3 - n / 100.0)::real order by n), array_agg(0::real), array_agg(3::smallint)
    from generate_series(0, 119) n on conflict do nothing`);
  await database.rows(`insert into model_trending (model_version, rank, product_id)
    select 'many', n, 'p' || n from generate_series(0, 199) n on conflict do nothing`);
}
const many = (query: Partial<RecommendationQuery> = {}) => idsFor('stranger', { modelVersion: 'many', ...query });
const firstHundred = Array.from({ length: 100 }, (_, n) => `p${n}`);

test('fills the list from what may be shown, however much above it may not', async () => {
  await manyProducts();
  expect(await many({ productId: 'page', denied: firstHundred })).toEqual(
    Array.from({ length: 20 }, (_, n) => `p${n + 100}`),
  );
  expect(await many({ denied: firstHundred })).toHaveLength(20);
  expect(await many({ minPrice: '100', currency: 'EUR' })).toHaveLength(20);
  const capped = await many({ maxPerCategory: 7 });
  expect(capped.filter((id) => id.startsWith('p') && id !== 'pot')).toHaveLength(14);
  await database.rows(`update products set available = false where product_id = any ($1)`, [firstHundred]);
  expect((await many({ productId: 'page' }))[0]).toBe('p100');
  expect(await many()).toHaveLength(20);
  expect(await idsFor('stranger')).toHaveLength(20);
});

test('one visitor who reloads a page does not silence the others who were there before', async () => {
  const yesterday = { occurred_at: new Date(Date.now() - 26 * 3_600_000).toISOString() };
  const others = ['k', 'l'].flatMap((user) =>
    ['rug', 'lamp'].map((product) => view(user, product, { ...yesterday, event_id: randomUUID() })),
  );
  await store(database, others);
  await store(
    database,
    Array.from({ length: 60 }, () => view('flooder', 'rug')),
  );
  expect(await idsFor('w', { productId: 'rug', fills: false })).toContain('lamp');
});

test('counts a purchase under the user as that of the visits before the login', async () => {
  const anonymous = ['d', 'e', 'f'].map((user) => ({ user, anonymous_id: randomUUID() }));
  await store(
    database,
    anonymous.map(({ user, anonymous_id }) => ({ ...view(user, 'desk'), anonymous_id })),
  );
  const line = { product_id: 'chair', quantity: 1, unit_price: '5' };
  await store(
    database,
    anonymous.map(({ user }) => ({
      type: 'purchase',
      user_id: user,
      order_id: randomUUID(),
      currency: 'EUR',
      items: [line],
    })),
  );
  expect((await listFor('w', { productId: 'desk' }))[0]).toMatchObject({
    product_id: 'chair',
    reason: 'bought_together',
  });
});

test('what was bought long ago stays out when the views of its buyer have expired', async () => {
  const anonymous_id = randomUUID();
  const line = { product_id: 'cup', quantity: 1, unit_price: '5' };
  await store(database, [
    { type: 'purchase', anonymous_id, order_id: randomUUID(), currency: 'EUR', items: [line] },
    { type: 'identify', anonymous_id, user_id: 'buyer' },
  ]);
  await database.rows('delete from raw_cart_events');
  expect(await idsFor('buyer', { productId: 'tea' })).not.toContain('cup');
});

test('a model that does not know a weight yet still tells own products apart', async () => {
  await database.rows(`insert into model_runs (model_version, trainer, status, weights)
    select 'older', 'test', 'published', weights - 'count' - 'again' from model_runs where model_version = 'untrained'`);
  expect((await listFor('v', { modelVersion: 'older' })).at(-1)).toMatchObject({
    product_id: 'tea',
    reason: 'seen_before',
  });
});
