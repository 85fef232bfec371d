import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { erasePerson } from '../../../lambdas/people/erase-person.ts';
import { aggregates } from '../../../repositories/aggregates.ts';
import type { Database } from '../../../repositories/database.ts';
import { listTouches } from '../../../repositories/history.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { rebuild } from '../../../repositories/rebuild.repository.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { consumersOn } from '../../delivery/deliver.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';
import { store } from '../../delivery/store.ts';
import { tablesThatHold } from '../../delivery/traces.ts';
import { ADA, IDS, keptElsewhere, life, PHONE, revenueOf, who } from './life.ts';

let database: TestDatabase;
let people: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  people = createNeonDatabase(database.peopleUrl);
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

/** What is kept elsewhere, and records that could not be read. */
async function storeElsewhere(): Promise<void> {
  for (const text of keptElsewhere) await database.rows(text);
  await withSession(database.url, (session) => rebuild(session, aggregates));
  const { product_views } = consumersOn(createNeonDatabase(database.writerUrl));
  const poison = [`{"type":"product_view","user_id":"${ADA}"}`, `{"broken "${PHONE}"`, '{"broken "bob"'];
  await product_views(mskEvent(poison.map((value, offset) => mskRecord('product_views', offset, value))));
}

test('removes a person with every linked id from every table, keeps the books, and audits without a difference', async () => {
  await store(database, [...life(), { type: 'product_view', user_id: 'bob', product_id: 'tea' }]);
  await storeElsewhere();
  const before = await revenueOf(database);
  expect(await tablesThatHold(database, IDS)).toContain('archive.cart_moves');
  const { receipt, finished_at, removed } = await erasePerson(people, { userId: ADA });
  expect(finished_at).not.toBeNull();
  expect(removed).toEqual({
    raw_product_views: 2,
    raw_cart_events: 3,
    raw_purchases: 4,
    orders: 1,
    identities: 2,
    user_sessions: 1,
    user_cart_summary: 2,
    user_purchase_history: 1,
    user_embeddings: 1,
    experiment_exposures: 1,
    'archive.links': 1,
    'archive.sessions': 1,
    'archive.cart_moves': 1,
    dead_letters: 3,
  });
  expect(await tablesThatHold(database, IDS)).toEqual([]);
  expect(await revenueOf(database)).toEqual(before);
  expect(await database.rows('select views, cart_adds, units_sold from product_popularity')).toContainEqual({
    views: '1',
    cart_adds: '0',
    units_sold: '2',
  });
  expect(await database.rows("select name from products where product_id = 'tea'")).toEqual([{ name: 'Tea' }]);
  expect(await database.rows('select receipt, removed from erasures')).toEqual([{ receipt, removed }]);
  await expectAudited(database);
  await withSession(database.url, (session) => rebuild(session, aggregates));
  await expectAudited(database);
  expect(await revenueOf(database)).toEqual(before);
});

test('a second time there is nothing left to remove', async () => {
  await store(database, life());
  const first = await erasePerson(people, { userId: ADA });
  const { removed, finished_at, receipt } = await erasePerson(people, { userId: ADA });
  expect([new Set(Object.values(removed)), finished_at]).toEqual([new Set([0]), expect.any(String)]);
  expect(receipt).not.toBe(first.receipt);
});

test('a device that two people use stays the other’s', async () => {
  await store(database, [
    ...life(),
    { type: 'add_to_cart', user_id: 'bob', anonymous_id: PHONE, product_id: 'tea', quantity: 1 },
  ]);
  await erasePerson(people, { userId: ADA });
  expect(await database.rows('select anonymous_id, user_id from identities')).toEqual([
    { anonymous_id: PHONE, user_id: 'bob' },
  ]);
  expect(await database.rows('select user_id from user_cart_summary')).toEqual([{ user_id: 'bob' }]);
  await expectAudited(database);
});

test('an anonymous visitor is erased by the anonymous id; one that is a user’s by now is not somebody else’s to erase', async () => {
  await store(database, [...life(), { type: 'product_view', anonymous_id: 'guest', product_id: 'tea' }]);
  expect((await erasePerson(people, { userId: 'guest' })).removed).toMatchObject({ raw_product_views: 1 });
  const { removed } = await erasePerson(people, { userId: PHONE });
  expect(new Set(Object.values(removed))).toEqual(new Set([0]));
  await expectAudited(database);
});

test('cut off anywhere, it is right in between and goes on where it was', async () => {
  await store(database, life());
  await store(
    database,
    Array.from({ length: 40 }, () => ({ type: 'product_view', ...who, product_id: randomUUID() })),
  );
  const small = (left: number): Pick<Database, 'query'> => ({
    query: ({ text, params }) => {
      left -= 1;
      if (left < 0) throw new Error('cut off');
      return people.query({ text, params: text.includes('advance') ? [params[0], 7] : params });
    },
  });
  for (const steps of [1, 2, 3, 4]) {
    await expect(erasePerson(small(steps), { userId: ADA })).rejects.toThrow('cut off');
    await expectAudited(database);
  }
  await withSession(database.url, (session) => rebuild(session, aggregates));
  const { finished_at } = await erasePerson(people, { userId: ADA });
  expect(finished_at).not.toBeNull();
  expect(
    await database.rows('select sum((removed ->> $1)::int) as views from erasures', ['raw_product_views']),
  ).toEqual([{ views: '42' }]);
  expect(await tablesThatHold(database, IDS)).toEqual([]);
  await expectAudited(database);
});

test('the person’s history enters no training any more, and a model trained on it before says nothing afterwards', async () => {
  await store(database, life());
  await database.rows(
    "insert into model_runs (model_version, trainer, status, started_at) values ('long run', 't', 'training', now())",
  );
  await erasePerson(people, { userId: ADA });
  const read = listTouches('raw_purchases', { first: 0, end: 1_000 }, { after: new Date(0), upto: new Date() });
  expect(await createNeonDatabase(database.trainerUrl).query(read)).toEqual([]);
  const write = (version: string) =>
    database.rows(
      `insert into user_embeddings values ('${version}', '${ADA}', false, '{1}'), ('${version}', 'bob', false, '{1}')`,
    );
  await write('long run');
  expect(await database.rows('select user_id from user_embeddings')).toEqual([{ user_id: 'bob' }]);
  await database.rows("delete from model_runs where model_version = 'long run'");
});
