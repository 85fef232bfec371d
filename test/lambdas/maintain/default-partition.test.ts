import { expect, test } from 'vitest';
import { maintain } from '../../../lambdas/maintain/maintain.ts';
import type { Database } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { emptyDefaultPartition } from '../../../repositories/partitions.repository.ts';
import { type TestDatabase, withDatabase } from '../../brackets/database.ts';
import { during, expectWaiting } from '../../brackets/open-transaction.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { aRecord } from '../../delivery/store.ts';

const YEAR_MS = 365 * 86_400_000;
const RETENTION_DAYS = 40;
const LONG_AGO = new Date(Math.floor(Date.now() - 4 * YEAR_MS)).toISOString();
const YEAR = LONG_AGO.slice(0, 4);
const TABLES = ['raw_product_views', 'raw_cart_events'] as const;

/** A view and a cart event of long ago that come as two batches; receipt too lies long ago, unless it is said to be new. */
function visit(receivedAt = LONG_AGO) {
  const who = {
    user_id: 'ada',
    anonymous_id: 'phone',
    session_id: 'visit',
    occurred_at: LONG_AGO,
    received_at: receivedAt,
  };
  return [
    { type: 'product_view', ...who, product_id: 'tea', name: 'Tea' },
    { type: 'add_to_cart', ...who, product_id: 'tea', quantity: 1 },
  ].map(aRecord);
}

/** Consumers that live as long as the test, and what they ask beside their transactions. */
function warmConsumers(database: TestDatabase) {
  const written = createNeonDatabase(database.writerUrl);
  const asked: string[] = [];
  const listening: Database = {
    transact: (statements) => written.transact(statements),
    query: (statement) => {
      asked.push(`${statement.params[0]}`);
      return written.query(statement);
    },
  };
  const consumers = consumersOn(listening);
  const come = (records = visit()) =>
    deliver(consumers, records, { order: records.map((_, n) => n), sizes: [10], workers: 1 });
  return { asked, come };
}

function keepHouse(database: TestDatabase) {
  return maintain(createNeonDatabase(database.maintainerUrl), { retentionDays: RETENTION_DAYS, now: new Date() });
}

/** How many views and cart events stand in which partition. */
async function places(database: TestDatabase): Promise<Record<string, unknown>> {
  const rows =
    await database.rows(`select tableoid::regclass::text as name, count(*)::int from raw_product_views group by 1
    union all select tableoid::regclass::text, count(*)::int from raw_cart_events group by 1`);
  return Object.fromEntries(rows.map(({ name, count }) => [String(name), count]));
}

const inTheirPartitions = (count: number) => Object.fromEntries(TABLES.map((table) => [`${table}_${YEAR}`, count]));
const inTheDefault = (count: number) => Object.fromEntries(TABLES.map((table) => [`${table}_default`, count]));

test('what a warm consumer stores for a partition that was dropped is put into its own again, and expires in turn', async () => {
  await withDatabase(async (database) => {
    const { come } = warmConsumers(database);
    await come();
    expect((await keepHouse(database)).dropped).toHaveLength(2);
    await come(visit(new Date().toISOString()));
    expect(await places(database)).toEqual(inTheDefault(1));
    await expectAudited(database);

    const partitions = Object.keys(inTheirPartitions(1));
    expect(await keepHouse(database)).toMatchObject({ placed: partitions, dropped: [] });
    expect(await places(database)).toEqual(inTheirPartitions(1));
    await expectAudited(database);

    for (const table of TABLES) await database.rows(`update ${table} set received_at = occurred_at`);
    expect(await keepHouse(database)).toMatchObject({ placed: [], dropped: partitions });
    expect(await places(database)).toEqual({});
    expect(await database.rows('select views::int, cart_adds::int from product_popularity')).toEqual([
      { views: 2, cart_adds: 2 },
    ]);
    await expectAudited(database);
  });
});

test('a warm consumer asks for the partition again once rows went without, and for none otherwise', async () => {
  await withDatabase(async (database) => {
    const { asked, come } = warmConsumers(database);
    await come();
    await come();
    expect(asked).toEqual(TABLES);
    await keepHouse(database);
    await come();
    expect(asked).toEqual(TABLES);
    await come();
    expect(asked).toEqual([...TABLES, ...TABLES]);
    expect(await places(database)).toEqual(inTheirPartitions(2));
    await come();
    expect(asked).toHaveLength(4);
    await expectAudited(database);
  });
});

test('what lies further ahead than partitions are made waits in the default partition, and holds up nothing', async () => {
  await withDatabase(async (database) => {
    const stored = (at: string) =>
      database.rows(`insert into raw_purchases (source, event_id, occurred_at, event_at, received_at, trusted, is_bot, digest, type,
          order_id, currency, topic_partition, topic_offset)
        select 'shop', gen_random_uuid(), t, t, t, false, false, gen_random_uuid(), 'purchase', 'o', 'EUR', 0, 0
        from (values (timestamptz '${at}')) at (t)`);
    for (const at of ['2099-01-01Z', '2003-05-01Z', '2004-05-01Z']) await stored(at);
    expect(await keepHouse(database)).toMatchObject({ placed: ['raw_purchases_2003', 'raw_purchases_2004'] });
    expect(await database.rows('select occurred_at::date::text as day from raw_purchases_default')).toEqual([
      { day: '2099-01-01' },
    ]);
  });
});

test('a report that reads for seconds delays the emptying', async () => {
  await withDatabase(async (database) => {
    const { come } = warmConsumers(database);
    await come();
    await keepHouse(database);
    await come();
    await during(database.url, [{ text: 'select from raw_product_views', params: [] }], async (commit) => {
      const placed = createNeonDatabase(database.maintainerUrl).query(emptyDefaultPartition('raw_product_views'));
      await expectWaiting(database, 'PgSleep');
      await commit();
      expect(await placed).toEqual([{ placed: `raw_product_views_${YEAR}` }]);
    });
    await expectAudited(database);
  });
});
