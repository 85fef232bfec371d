import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type History, personAt } from '../../../ml/history/history.ts';
import { readHistory } from '../../../ml/history/read-history.ts';
import { withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';
import { storeShop, storeViews } from '../training/synthetic-shop.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const read = (options: { rowsPerPage?: number; upto?: Date; windowDays?: number } = {}) =>
  withSession(database.trainerUrl, (session) =>
    readHistory(session, {
      upto: new Date(),
      windowDays: 180,
      rowsPerPage: 25_000,
      onPage: () => undefined,
      ...options,
    }),
  );

/** Each touch as "person product kind", oldest first for each person. */
function touchesOf(history: History): string[] {
  return Array.from(history.products, (product, touch) => {
    const person = history.people[personAt(history, touch)];
    return `${person?.isAnonymous ? '?' : ''}${person?.id} ${history.productIds[product]} ${history.kinds[touch]}`;
  });
}

test('reads views, adds and order lines of people; not bots, other cart events, or an order reported again', async () => {
  const order = {
    ...{ type: 'purchase', user_id: 'ann', order_id: 'o1', currency: 'EUR' },
    items: [
      { product_id: 'tea', quantity: 2, unit_price: '4' },
      { product_id: 'cup', quantity: 1, unit_price: '4' },
    ],
  };
  await store(database, [
    { type: 'product_view', user_id: 'ann', product_id: 'tea', occurred_at: ago(9) },
    { type: 'add_to_cart', user_id: 'ann', product_id: 'tea', quantity: 1, occurred_at: ago(8) },
    { type: 'remove_from_cart', user_id: 'ann', product_id: 'tea', quantity: 1, occurred_at: ago(7) },
    { ...order, occurred_at: ago(6) },
    { type: 'product_view', anonymous_id: 'ann', product_id: 'rug', occurred_at: ago(5) },
  ]);
  await store(database, [{ ...order, occurred_at: ago(4) }]);
  await storeViews(database, [{ user_id: 'crawler', product_id: 'tea', at: ago(3), is_bot: true }]);
  expect(touchesOf(await read())).toEqual(['ann tea 1', 'ann tea 2', 'ann tea 4', 'ann cup 4', '?ann rug 1']);
});

test('what a browser did before the login is its user’s', async () => {
  const anonymous_id = randomUUID();
  await store(database, [{ type: 'product_view', anonymous_id, product_id: 'lamp', occurred_at: ago(3) }]);
  expect(touchesOf(await read())).toContain(`?${anonymous_id} lamp 1`);
  await store(database, [{ type: 'identify', anonymous_id, user_id: 'zoe', occurred_at: ago(2) }]);
  expect(touchesOf(await read()).filter((touch) => touch.includes('lamp'))).toEqual(['zoe lamp 1']);
});

test('pages of a block each give what one page gives, over several partitions', async () => {
  await storeShop(database);
  const [whole, pieces] = [await read(), await read({ rowsPerPage: 1 })];
  expect(whole.seconds.length).toBeGreaterThan(5400);
  expect(pieces).toEqual(whole);
});

test('reads what lies within the window and not after the end', async () => {
  const upto = new Date(Date.now() - 5 * 86_400_000);
  const { seconds } = await read({ upto, windowDays: 3 });
  expect(seconds.length).toBeGreaterThan(500);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(upto.getTime() / 1000);
  expect(Math.min(...seconds)).toBeGreaterThan(upto.getTime() / 1000 - 3 * 86_400 - 3600);
});
