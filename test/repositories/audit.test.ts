import { afterAll, beforeAll, expect, test } from 'vitest';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';
import { storedTables } from '../oracle/stored-tables.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await store(database, shopping('alice'));
  await store(database, shopping('bob'));
});
afterAll(() => database.close());

const items = [{ product_id: 'tea', quantity: 2, unit_price: '5' }];

function shopping(user_id: string) {
  const person = { user_id, anonymous_id: `browser of ${user_id}`, session_id: 's' };
  const order = { user_id, order_id: `order of ${user_id}`, currency: 'EUR' };
  return [
    { type: 'product_view', ...person, product_id: 'tea', name: 'Tea' },
    { type: 'add_to_cart', ...person, product_id: 'tea', quantity: 3 },
    { type: 'purchase', ...order, items },
    { type: 'refund', ...order, amount: '1' },
  ];
}

async function differing(): Promise<string[]> {
  const counts = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  return [...counts].filter(([, count]) => count > 0).map(([table]) => table);
}

const TAMPERINGS: [table: string, statement: string][] = [
  ['identities', "update identities set user_id = 'mallory' where user_id = 'bob'"],
  ['orders', "update orders set refunded = 2 where order_id = 'order of bob'"],
  ['product_popularity', 'update product_popularity set views = views + 1'],
  ['live_revenue', "insert into live_revenue (minute, currency, gross) values (now(), 'USD', 1)"],
  ['user_sessions', "delete from user_sessions where user_id = 'bob'"],
  ['funnel_orders', 'update funnel_orders set day = day - 1'],
  ['cart_counts', 'update cart_counts set adds = adds + 1'],
  ['funnel_people', 'update funnel_people set viewing = viewing + 1'],
  ['funnel_counts', 'insert into funnel_counts select day, slot + 1, viewers, 0, 0, 0 from funnel_counts'],
  ['user_cart_summary', 'update user_cart_summary set quantity = quantity + 1'],
  ['user_purchase_history', 'update user_purchase_history set refunded_quantity = 1'],
  ['products', "update products set name = 'Coffee'"],
];

test('finds nothing to say about what the consumers wrote', async () => {
  expect(await differing()).toEqual([]);
});

test.each(TAMPERINGS)(
  'finds a row of %s that is not what the raw rows give, and rebuild puts it right',
  async (table, statement) => {
    const before = await storedTables(createNeonDatabase(database.url));
    await database.rows(statement);
    expect(await differing()).toContain(table);
    await withSession(database.url, (session) =>
      rebuild(
        session,
        aggregates.filter((aggregate) => aggregate.table === table),
      ),
    );
    expect(await differing()).toEqual([]);
    expect(await storedTables(createNeonDatabase(database.url))).toEqual(before);
  },
);

test('what comes after a rebuild goes on from where it was', async () => {
  await database.rows('truncate user_cart_summary');
  await withSession(database.url, (session) => rebuild(session, aggregates));
  await store(database, [
    {
      type: 'remove_from_cart',
      user_id: 'alice',
      product_id: 'tea',
      quantity: 1,
      occurred_at: new Date().toISOString(),
    },
  ]);
  expect(await database.rows("select quantity::int from user_cart_summary where user_id = 'alice'")).toEqual([]);
  expect(await differing()).toEqual([]);
});

test('rebuilding while events flow loses none and counts none twice', async () => {
  const flow = Promise.all(['carol', 'dave', 'erin'].map((user) => store(database, shopping(user))));
  for (let turn = 0; turn < 3; turn += 1) await withSession(database.url, (session) => rebuild(session, aggregates));
  await flow;
  expect(await differing()).toEqual([]);
  expect(await database.rows('select count(*)::int as orders from orders')).toEqual([{ orders: 5 }]);
});
