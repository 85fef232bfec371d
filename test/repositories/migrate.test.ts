import { expect, test } from 'vitest';
import { DatabaseUnavailableError } from '../../platform/errors.ts';
import type { Statement } from '../../repositories/database.ts';
import type { Patience } from '../../repositories/patient-transaction.ts';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { migrateLater } from '../brackets/later-migrations.ts';
import { during, expectWaiting } from '../brackets/open-transaction.ts';
import { expectAudited } from '../delivery/expect-oracle-tables.ts';
import { store } from '../delivery/store.ts';

const statement = (text: string): Statement => ({ text, params: [] });
const LOCK_PERSONS = statement("insert into persons (is_anonymous, user_id) values (false, 'u')");
const LOCK_ORDERS = statement("insert into orders (order_id) values ('o')");
const BOTH = 'alter table orders add column later text; alter table persons add column later text';
const APPLIED = '9000_later.sql';
const HASTY: Patience = {
  tries: 3,
  lockTimeout: { firstMs: 50, lastMs: 50 },
  pause: { firstMs: 10, lastMs: 10 },
};

const purchase = {
  ...{ type: 'purchase', user_id: 'ada', order_id: 'order of ada', currency: 'EUR' },
  items: [{ product_id: 'tea', quantity: 2, unit_price: '5' }],
};

/** Which tables got the column. */
async function altered(database: TestDatabase): Promise<unknown[]> {
  const rows = await database.rows(
    "select attrelid::regclass::text as name from pg_attribute where attname = 'later' and attnum > 0 order by 1",
  );
  return rows.map(({ name }) => name);
}

/** A batch that holds what a migration takes last, and comes to want what that took first. */
async function closeCircle(database: TestDatabase, patience?: Patience): Promise<void> {
  await during(database.writerUrl, [LOCK_PERSONS], async (commit, run) => {
    const migrated = migrateLater(database, [BOTH], patience);
    await expectWaiting(database, 'Lock');
    await run(LOCK_ORDERS);
    await commit();
    expect(await migrated).toContain(APPLIED);
  });
  expect(await altered(database)).toEqual(['orders', 'persons']);
}

test('a migration that closes a circle with a batch gives way to it, and is applied once the batch is done', async () => {
  await withDatabase(async (database) => {
    await closeCircle(database);
    await store(database, [purchase]);
    await expectAudited(database);
  });
});

test('a migration that the deadlock detector ends begins anew', async () => {
  await withDatabase(async (database) => {
    await closeCircle(database, { ...HASTY, lockTimeout: { firstMs: 20_000, lastMs: 20_000 } });
    const counted = () =>
      database.rows('select deadlocks::int from pg_stat_database where datname = current_database()');
    await expect.poll(counted).toEqual([{ deadlocks: 1 }]);
  });
});

test('a migration that waits for a long reader lets purchases pass meanwhile', async () => {
  await withDatabase(async (database) => {
    await during(database.url, [statement('select from orders')], async (commit) => {
      const migrated = migrateLater(database, [BOTH]);
      await expectWaiting(database, 'Lock');
      await store(database, [purchase]);
      expect(await altered(database)).toEqual([]);
      await commit();
      expect(await migrated).toContain(APPLIED);
    });
    await expectAudited(database);
  });
});

test('a migration that never gets its locks says which it was, and leaves nothing behind', async () => {
  await withDatabase(async (database) => {
    await during(database.url, [statement('select from persons')], async () => {
      const failure = migrateLater(database, [BOTH], HASTY).catch((error: unknown) => error);
      expect(await failure).toBeInstanceOf(DatabaseUnavailableError);
      expect(await failure).toMatchObject({
        message: '9000_later.sql did not get its locks in 3 tries: canceling statement due to lock timeout',
        sqlState: '55P03',
      });
      expect(await altered(database)).toEqual([]);
    });
  });
});

test('what is wrong with a migration itself is said at once', async () => {
  await withDatabase(async (database) => {
    await expect(migrateLater(database, ['select no_such_column'])).rejects.toThrow(/^column "no_such_column"/);
  });
});

test('a view that somebody reads is replaced in place, and not made anew', async () => {
  await withDatabase(async (database) => {
    await database.rows('create view analytics.built_on_it as select minute from analytics.realtime_revenue');
    await database.rows("update schema_migrations set digest = 'another' where name = 'realtime_revenue.sql'");
    await during(database.url, [statement('select from analytics.realtime_revenue')], async (commit) => {
      const migrated = migrateLater(database, []);
      await expectWaiting(database, 'Lock');
      await commit();
      expect(await migrated).toContain('realtime_revenue.sql');
    });
    expect(await database.rows('select from analytics.built_on_it')).toEqual([]);
  });
});
