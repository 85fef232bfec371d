import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recommend } from '../../ml/real-time-model.ts';
import { createTrendingMemory } from '../../ml/trending-memory.ts';
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
  await database.rows('truncate raw_product_views, raw_cart_events, product_popularity, products, user_sessions');
});

const viewers = (product_id: string, count: number, fields = {}) =>
  Array.from({ length: count }, (_, n) => ({
    type: 'product_view',
    user_id: `${product_id}-${n}`,
    product_id,
    ...fields,
  }));
const stranger: RecommendationQuery = { visitor: { id: 'stranger', followLinks: true }, limit: 2 };
const reader = () => createNeonDatabase(database.readerUrl);
const PRODUCTS = ['lamp', 'rug', 'cup', 'pot'];
const storePopular = () =>
  store(
    database,
    PRODUCTS.flatMap((product, n) => viewers(product, PRODUCTS.length - n, { category: 'home' })),
  );

test('what is trending is as old as the memory lets it be, and what may be shown is not', async () => {
  await storePopular();
  let clock = Date.now();
  const memory = createTrendingMemory(() => new Date(clock));
  const ids = async () => (await recommend(reader(), stranger, memory)).items.map(({ product_id }) => product_id);
  expect(await ids()).toEqual(['lamp', 'rug']);
  await store(database, viewers('new', 9));
  expect(await ids()).toEqual(['lamp', 'rug']);
  await database.rows("update products set hidden = true where product_id = 'rug'");
  expect(await ids()).toEqual(['lamp', 'cup']);
  clock += 6_000;
  expect(await ids()).toEqual(['new', 'lamp']);
});

test.each<[string, Partial<RecommendationQuery>]>([
  ['a stranger', {}],
  ['who viewed what is trending', { visitor: { id: 'lamp-0', followLinks: true } }],
  ['who wants more than is kept', { limit: 100 }],
  ['a category', { category: 'home' }],
  ['a moment in the past', { at: new Date(Date.now() - 3_600_000) }],
  ['a cap for each category', { maxPerCategory: 1 }],
])('answers the same from memory: %s', async (_whom, query) => {
  await storePopular();
  const memory = createTrendingMemory();
  await recommend(reader(), stranger, memory);
  const expected = await recommend(reader(), { ...stranger, ...query });
  expect(await recommend(reader(), { ...stranger, ...query }, memory)).toEqual(expected);
});
