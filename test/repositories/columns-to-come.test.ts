import { expect, test } from 'vitest';
import { parseRecord } from '../../events/record.ts';
import { maintain } from '../../lambdas/maintain/maintain.ts';
import { erasePerson } from '../../lambdas/people/erase-person.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { migrateLater } from '../brackets/later-migrations.ts';
import { consumersOn, deliver } from '../delivery/deliver.ts';
import { expectAudited } from '../delivery/expect-oracle-tables.ts';
import { aRecord, store } from '../delivery/store.ts';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 60;

/** Columns of a type without equality, of a name that statements give to what they compute, and computed by the table itself. */
const COLUMNS = `add column later json default '{"later": true}', add column stamp text default '9',
  add column computed text generated always as ('computed') stored`;

/** A migration for each table of ours. */
async function migrationsOfAllTables(database: TestDatabase): Promise<string[]> {
  const tables = await database.rows(
    `select oid::regclass::text as name from pg_class
     where relkind in ('r', 'p') and not relispartition and relnamespace in ('public'::regnamespace, 'archive'::regnamespace)`,
  );
  expect(tables.length).toBeGreaterThan(25);
  return tables.map(({ name }) => `alter table ${name} ${COLUMNS}`);
}

/** All that somebody does in a shop, so many days ago. */
function shopping(user_id: string, agedDays = 0): Record<string, unknown>[] {
  const at = new Date(Date.now() - agedDays * DAY_MS - 60_000).toISOString();
  const when = { occurred_at: at, received_at: at, session_id: `visit of ${user_id}` };
  const person = { user_id, anonymous_id: `phone of ${user_id}`, ...when };
  const order = { user_id, order_id: `order of ${user_id}`, ...when };
  const items = [{ product_id: 'tea', quantity: 2, unit_price: '5' }];
  return [
    { type: 'product_view', ...person, product_id: 'tea', name: 'Tea', unit_price: '5', currency: 'EUR' },
    { type: 'add_to_cart', ...person, product_id: 'tea', quantity: 3 },
    { type: 'purchase', ...order, currency: 'EUR', items },
    { type: 'refund', ...order, currency: 'EUR', amount: '1' },
    { type: 'refund', ...order, currency: 'USD', amount: '1' },
  ];
}

test('a column that comes to any table stops no events, no erasure, no retention and no rebuild', async () => {
  await withDatabase(async (database) => {
    const consumers = consumersOn(createNeonDatabase(database.writerUrl));
    const visit = (user: string, agedDays = 0) => {
      const records = shopping(user, agedDays).map(aRecord);
      return deliver(consumers, records, { order: records.map((_, n) => n), sizes: [5], workers: 1 });
    };
    await visit('ada');
    await visit('long ago', 100);
    let isMigrated = false;
    const visitors = async () => {
      for (let n = 0; !isMigrated; n += 1) await visit(`visitor ${n}`);
    };
    const migrated = migrationsOfAllTables(database).then((texts) => migrateLater(database, texts));
    await Promise.all([visitors(), migrated.finally(() => (isMigrated = true))]);

    await visit('ada');
    await visit('bob', 400);
    await erasePerson(createNeonDatabase(database.peopleUrl), { userId: 'ada' });
    const maintainer = createNeonDatabase(database.maintainerUrl);
    const { dropped } = await maintain(maintainer, { retentionDays: RETENTION_DAYS, now: new Date() });
    expect(dropped).toHaveLength(4);
    await expectAudited(database);
    await withSession(database.url, (session) => rebuild(session, aggregates));
    await expectAudited(database);
    expect(await database.rows('select distinct reason from dead_letters')).toEqual([{ reason: 'refund_currency' }]);
  });
});

test('what is set aside after a column came is still a record that can be mended', async () => {
  await withDatabase(async (database) => {
    await migrateLater(database, [`alter table raw_purchases ${COLUMNS}`]);
    await store(database, shopping('ada'));
    const [letter] = await database.rows("select convert_from(payload, 'UTF8')::json as record from dead_letters");
    expect(parseRecord(letter?.record)).toMatchObject({ success: true });
  });
});

test('rows move from the default partition to their own whatever columns came', async () => {
  await withDatabase(async (database) => {
    await migrateLater(database, [`alter table raw_purchases ${COLUMNS}`]);
    await database.rows(`insert into raw_purchases (source, event_id, occurred_at, event_at, received_at, trusted, is_bot, digest,
      type, order_id, currency, topic_partition, topic_offset)
      select 'shop', gen_random_uuid(), t, t, t, false, false, gen_random_uuid(), 'purchase', 'o', 'EUR', 0, 0
      from (select timestamptz '2003-05-01Z' as t) at`);
    await database.rows("select ensure_partition('raw_purchases', '2003-05-01Z')");
    expect(await database.rows('select tableoid::regclass::text as place, computed from raw_purchases')).toEqual([
      { place: 'raw_purchases_2003', computed: 'computed' },
    ]);
  });
});

/** As consumers before migration 0019 have it. */
const EARLIER_STATEMENT = `with before as materialized (select * from orders where order_id = any ($1)),
  after as materialized (select * from derived.orders($1)),
  both_forms as materialized (
    select 1 as sign, a::orders as o from after a
    union all
    select -1, b::orders from before b where b.event_id is not null
  )
  select r.currency, sum(sign * r.gross)::text as change, count(*)::int as forms
  from both_forms, derived.revenue_of(o) r where r.orders > 0 group by 1`;

test('consumers of the version before go on settling orders until they are replaced', async () => {
  await withDatabase(async (database) => {
    await store(database, shopping('ada'));
    await migrateLater(database, [`alter table orders ${COLUMNS}`]);
    expect(await database.rows(EARLIER_STATEMENT, [['order of ada']])).toEqual([
      { currency: 'EUR', change: '0', forms: 2 },
    ]);
  });
});
