import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aggregates } from '../../../repositories/aggregates.ts';
import { storeCatalogue } from '../../../repositories/catalogue.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { rebuild } from '../../../repositories/rebuild.repository.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { during, expectWaiting } from '../../brackets/open-transaction.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { aRecord, store } from '../../delivery/store.ts';
import { catalogueOn } from './catalogue-api.ts';
import { expectDerived } from './expect-derived.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

/** A prime, so that every step below it gives all of them in another order. */
const PRODUCTS = 61;
const REQUESTS = 80;
const START = Date.parse('2026-11-01T12:00:00Z');

const inOrder = (step: number) => Array.from({ length: PRODUCTS }, (_, n) => `p${(n * step) % PRODUCTS}`);

/** A request of every product, its n-th in time; each third takes back what another says. */
async function send(n: number): Promise<number> {
  const { put } = catalogueOn(database, () => new Date(START + n));
  const products = inOrder((n % (PRODUCTS - 1)) + 1).map((product_id) => ({
    product_id,
    name: `said ${n}`,
    category: n % 3 === 0 ? null : `category ${n}`,
    hidden: n % 2 === 0,
  }));
  return (await put(...products)).status;
}

/** Requests from the last to the first, four at a time. */
async function sendAll(): Promise<number[]> {
  const queue = Array.from({ length: REQUESTS }, (_, n) => n);
  const statuses: number[] = [];
  const work = async () => {
    for (let n = queue.pop(); n !== undefined; n = queue.pop()) statuses.push(await send(n));
  };
  await Promise.all([work(), work(), work(), work()]);
  return statuses;
}

async function viewAll(): Promise<void> {
  const records = [1, 7, 13, 29, 47, 60].flatMap((step) =>
    inOrder(step).map((product_id, n) =>
      aRecord({
        ...{ type: 'product_view', user_id: `u${n % 9}`, product_id, name: `viewed ${n}`, category: `seen ${step}` },
        occurred_at: new Date(START + step * 1_000 + n).toISOString(),
      }),
    ),
  );
  const order = [...records.keys(), ...[...records.keys()].reverse()];
  const consumers = consumersOn(createNeonDatabase(database.writerUrl));
  await deliver(consumers, records, { order, sizes: [50, 20], workers: 2 });
}

async function expectLastRequest(): Promise<void> {
  const last = REQUESTS - 1;
  const found = await database.rows('select name, category, hidden, count(*)::int from products group by 1, 2, 3');
  expect(found).toEqual([
    { name: `said ${last}`, category: `category ${last}`, hidden: last % 2 === 0, count: PRODUCTS },
  ]);
  await expectNoDeadlock();
}

async function expectNoDeadlock(): Promise<void> {
  const [row] = await database.rows('select deadlocks from pg_stat_database where datname = current_database()');
  expect(Number(row?.deadlocks)).toBe(0);
}

test('requests for the same products in other orders, beside views of them, never deadlock, and the latest wins', async () => {
  const [statuses] = await Promise.all([sendAll(), viewAll()]);
  expect(new Set(statuses)).toEqual(new Set([200]));
  await expectLastRequest();
  await expectDerived(database);
}, 120_000);

test('two requests that name the same products in other orders wait for each other, and not in a circle', async () => {
  const { put } = catalogueOn(database);
  const [cup, pot, tea] = [{ product_id: 'cup' }, { product_id: 'pot' }, { product_id: 'tea' }];
  await put(cup, pot, tea);
  for (const table of ['catalogue', 'products']) {
    const lock = { text: `select from ${table} where product_id = 'pot' for update`, params: [] };
    await during(database.url, [lock], async (commit) => {
      const hidden = { hidden: table === 'catalogue' };
      const named = (...products: object[]) => put(...products.map((product) => ({ ...product, ...hidden })));
      const answers = Promise.all([named(cup, pot, tea), named(tea, pot, cup)]);
      await expectWaiting(database, 'Lock', 2);
      await commit();
      expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
    });
  }
  await expectNoDeadlock();
});

test('a rebuild that meets a request lets it end, and does not write over what it said', async () => {
  await store(database, [{ type: 'product_view', user_id: 'u', product_id: 'tea', name: 'viewed' }]);
  const statements = storeCatalogue([{ product_id: 'tea', name: 'said' }], new Date().toISOString());
  await during(database.catalogueUrl, statements, async (commit) => {
    const rebuilding = withSession(database.url, (session) => rebuild(session, aggregates));
    await expectWaiting(database, 'Lock');
    await commit();
    await rebuilding;
  });
  expect(await database.rows('select name, event_name from products')).toEqual([
    { name: 'said', event_name: 'viewed' },
  ]);
  await expectDerived(database);
});

test('a rebuild beside requests and views loses nothing', async () => {
  const rebuilding = async () => {
    for (let turn = 0; turn < 4; turn += 1) await withSession(database.url, (session) => rebuild(session, aggregates));
  };
  const [statuses] = await Promise.all([sendAll(), viewAll(), rebuilding()]);
  expect(new Set(statuses)).toEqual(new Set([200]));
  await expectLastRequest();
  await expectDerived(database);
}, 120_000);
