import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { erasePerson } from '../../../lambdas/people/erase-person.ts';
import { finishErasures } from '../../../lambdas/people/finish-erasures.ts';
import type { Database } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { consumersOn } from '../../delivery/deliver.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';
import { aRecord, store, storeRecords } from '../../delivery/store.ts';
import { tablesThatHold } from '../../delivery/traces.ts';
import { ADA, IDS, life, revenueOf, tea, who } from './life.ts';

let database: TestDatabase;
let people: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  people = createNeonDatabase(database.peopleUrl);
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

test('what comes again from the topics stays away, what comes later starts afresh', async () => {
  const records = [
    ...life().map(aRecord),
    aRecord({ type: 'product_view', user_id: ADA, anonymous_id: 'tablet-of-the-test', product_id: 'tea' }),
  ];
  await storeRecords(database, records.slice(0, -1));
  const before = await revenueOf(database);
  await erasePerson(people, { userId: ADA });
  await storeRecords(database, records);
  await finishErasures(createNeonDatabase(database.maintainerUrl));
  expect(await tablesThatHold(database, [...IDS, 'tablet-of-the-test'])).toEqual([]);
  expect(await revenueOf(database)).toEqual(before);
  await store(database, [{ type: 'add_to_cart', ...who, product_id: 'tea', quantity: 1 }]);
  expect(await database.rows('select user_id, quantity from user_cart_summary')).toEqual([
    { user_id: ADA, quantity: '1' },
  ]);
  await expectAudited(database);
});

test('a record of the person that cannot be stored is not set aside again', async () => {
  await erasePerson(people, { userId: ADA });
  const { product_views } = consumersOn(createNeonDatabase(database.writerUrl));
  const received_at = new Date(Date.now() - 60_000).toISOString();
  const poison = [
    { user_id: ADA, received_at },
    { user_id: ADA },
    { user_id: 'bob', received_at },
    { user_id: ADA, received_at: '2099-01-01T00:00:00Z' },
  ];
  await product_views(
    mskEvent(poison.map((value, offset) => mskRecord('product_views', offset, JSON.stringify(value)))),
  );
  expect(await database.rows('select "offset" from dead_letters order by 1')).toEqual([
    { offset: '2' },
    { offset: '3' },
  ]);
});

test('an order still in the topic is booked for nobody', async () => {
  await store(database, [{ type: 'product_view', user_id: ADA, product_id: 'tea' }]);
  const order = aRecord({ type: 'purchase', ...who, order_id: 'order 2', currency: 'EUR', items: [tea] });
  await erasePerson(people, { userId: ADA });
  await storeRecords(database, [order]);
  expect(await revenueOf(database)).toMatchObject([{ orders: '1', net: '9.0' }]);
  await finishErasures(createNeonDatabase(database.maintainerUrl));
  expect(await tablesThatHold(database, IDS)).toEqual([]);
  await expectAudited(database);
});

test('an order that was the erased person’s after all leaves the history of who reported it too', async () => {
  const order = { type: 'purchase', order_id: 'order 3', currency: 'EUR', items: [tea] };
  const earlier = new Date(Date.now() - 3_600_000).toISOString();
  const first = aRecord({ ...order, user_id: ADA, occurred_at: earlier });
  await store(database, [{ ...order, user_id: 'bob' }]);
  await erasePerson(people, { userId: ADA });
  await storeRecords(database, [first]);
  expect(await database.rows('select * from user_purchase_history')).toEqual([]);
  expect(await revenueOf(database)).toMatchObject([
    { orders: '1', net: '9.0' },
    { orders: '0', net: '0.0' },
  ]);
  await expectAudited(database);
});

test('an anonymous id whose link comes late goes with its person, its rows and what is under way', async () => {
  const early = aRecord({ type: 'product_view', anonymous_id: 'tv-of-the-test', product_id: 'tea' });
  const link = aRecord({ type: 'identify', user_id: ADA, anonymous_id: 'tv-of-the-test' });
  const later = aRecord({ type: 'add_to_cart', anonymous_id: 'tv-of-the-test', product_id: 'tea', quantity: 1 });
  await storeRecords(database, [early]);
  await erasePerson(people, { userId: ADA });
  await storeRecords(database, [link]);
  await storeRecords(database, [later]);
  await finishErasures(createNeonDatabase(database.maintainerUrl));
  expect(await tablesThatHold(database, ['tv-of-the-test', ADA])).toEqual([]);
  await expectAudited(database);
});
