import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FailedBatchStore, replayFailedBatches } from '../../../lambdas/replay-failed-batches/replay.ts';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit } from '../../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { aRecord } from '../../delivery/store.ts';
import { arbitraryRecords } from '../../oracle/arbitrary-events.ts';
import { storedTables } from '../../oracle/stored-tables.ts';
import { tablesOf } from '../../oracle/tables.ts';
import { failedObjects } from './failed-object.ts';
import { memoryStore } from './memory-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

const log = { info: () => undefined, warn: () => undefined };
const endless = { log, remainingMs: () => Number.MAX_SAFE_INTEGER, longestStepMs: 1 };

/** Few people, products and orders, so that what is counted twice or left out shows. */
const sampled = fc.sample(arbitraryRecords(20), { seed: 20_261_114, numRuns: 30 }).flat();
const records = [...new Map(sampled.map((record) => [record.event.event_id, record])).values()];

function replayInto(url: string, store: FailedBatchStore) {
  const consumers = consumersOn(createNeonDatabase(url));
  return replayFailedBatches({ ...endless, store, invoke: (topic, event) => consumers[topic](event) });
}

async function expectEachEventOnce(): Promise<void> {
  expect(await storedTables(createNeonDatabase(database.url))).toEqual(tablesOf(records));
  const counts = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  expect([...counts.values()]).toEqual(aggregates.map(() => 0));
  // A refund in another currency than its order's is set aside by rule; nothing else is.
  expect(await database.rows("select reason from dead_letters where reason <> 'refund_currency'")).toEqual([]);
}

test('stores what a refusing database had failed, each event once, even where half had been stored before', async () => {
  const objects = failedObjects(records, 15);
  expect(objects.length).toBeGreaterThan(5);
  const store = memoryStore(objects);
  const half = records.flatMap((_, index) => (index % 2 === 0 ? [index] : []));
  const consumers = consumersOn(createNeonDatabase(database.writerUrl));
  await deliver(consumers, records, { order: half, sizes: [20], workers: 1 });

  const refused = new URL(database.writerUrl);
  refused.password = 'wrong';
  const waiting = { replayed: 0, waiting: objects.length, unreadable: 0 };
  expect(await replayInto(refused.href, store)).toEqual(waiting);
  expect(store.keys()).toEqual(objects.map(([key]) => key));

  const replayed = { replayed: objects.length, waiting: 0, unreadable: 0 };
  expect(await replayInto(database.writerUrl, store)).toEqual(replayed);
  expect(store.keys()).toEqual([]);
  await expectEachEventOnce();
});

test('leaves the topic whose consumer fails and goes on with the others', async () => {
  const store = memoryStore(failedObjects(records, 15));
  const purchases = store.keys().filter((key) => key.includes('purchases'));
  expect(purchases.length).toBeGreaterThan(1);
  await database.rows('revoke insert on raw_purchases from bazaar_writer');
  try {
    expect(await replayInto(database.writerUrl, store)).toMatchObject({ waiting: purchases.length, unreadable: 0 });
  } finally {
    await database.rows('grant insert on raw_purchases to bazaar_writer');
  }
  expect(store.keys()).toEqual(purchases);
  expect(await replayInto(database.writerUrl, store)).toMatchObject({ replayed: purchases.length, waiting: 0 });
  await expectEachEventOnce();
});

test('counts each event once when two runs go through the same batches at once', async () => {
  const store = memoryStore(failedObjects(records, 15));
  const runs = await Promise.all([replayInto(database.writerUrl, store), replayInto(database.writerUrl, store)]);
  for (const run of runs) expect(run).toMatchObject({ waiting: 0, unreadable: 0 });
  expect(store.keys()).toEqual([]);
  await expectEachEventOnce();
});

test('stores a batch of more records than a consumer takes at once', async () => {
  const views = Array.from({ length: 1_200 }, (_, n) =>
    aRecord({ type: 'product_view', user_id: `u${n % 9}`, product_id: 'p' }),
  );
  const store = memoryStore(failedObjects(views, views.length));
  expect(await replayInto(database.writerUrl, store)).toEqual({ replayed: 1, waiting: 0, unreadable: 0 });
  expect(await database.rows('select sum(views)::int as views from product_popularity')).toEqual([{ views: 1_200 }]);
});
