import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recommend } from '../../../ml/real-time-model.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows(`truncate raw_product_views, raw_cart_events, raw_purchases, product_popularity, products, identities,
    persons, orders, user_purchase_history, user_sessions`);
});

const DAY_MS = 86_400_000;
const view = (who: object, product_id: string, daysAgo = 0) => ({
  type: 'product_view',
  ...who,
  product_id,
  event_id: randomUUID(),
  occurred_at: new Date(Date.now() - daysAgo * DAY_MS).toISOString(),
});
/** What the answer says that the visitor has seen. */
async function seenBy(id: string): Promise<string[]> {
  const visitor = { id, followLinks: true };
  const { items } = await recommend(createNeonDatabase(database.readerUrl), { visitor, limit: 20 });
  return items.flatMap(({ product_id, reason }) => (reason === 'seen_before' ? [product_id] : []));
}

test('knows who comes back after a year, or whose clock is years off, by what they did then', async () => {
  const user_id = 'returning';
  const others = ['a', 'b'].map((other) => view({ user_id: other }, 'tea'));
  await store(database, [...others, view({ user_id }, 'tent', 380), view({ user_id }, 'rope', 390)]);
  expect((await seenBy(user_id)).sort()).toEqual(['rope', 'tent']);
});

test.each([
  ['by its rows alone', { user_id: 'ada' }, 0],
  ['by sessions long ago', { user_id: 'ada', session_id: 's' }, 90],
  ['by a link', { user_id: 'ada', anonymous_id: '9f8e0f0c-5ac6-4a36-9f8b-3b1f3f6c1a01' }, 90],
])('a user who is known %s is not taken for an anonymous id of the same name', async (_how, who, daysAgo) => {
  await store(database, [view(who, 'tent', daysAgo), view({ anonymous_id: 'ada' }, 'bait')]);
  expect(await seenBy('ada')).toEqual(['tent']);
});

test('a user is not taken for an anonymous id of the same name that somebody linked', async () => {
  await store(database, [
    view({ user_id: 'ada' }, 'tent'),
    view({ user_id: 'mallory', anonymous_id: 'ada' }, 'bait'),
    view({ user_id: 'mallory' }, 'lure'),
  ]);
  expect(await seenBy('ada')).toEqual(['tent']);
});

test('an anonymous id stands for its person with all that is linked', async () => {
  const anonymous_id = randomUUID();
  await store(database, [
    view({ anonymous_id }, 'tent'),
    view({ user_id: 'eve', anonymous_id }, 'rope'),
    view({ user_id: 'eve' }, 'stove', 40),
  ]);
  expect((await seenBy(anonymous_id)).sort()).toEqual(await seenBy('eve').then((seen) => seen.sort()));
  expect((await seenBy(anonymous_id)).sort()).toEqual(['rope', 'tent']);
});
