import { expect, test } from 'vitest';
import type { RecordOf } from '../../events/record.ts';
import { productViews } from '../../lambdas/process-view/projection.ts';
import { messageOf } from '../../platform/errors.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { batchScope } from '../../repositories/batch-scope.ts';
import { advanceCarts } from '../../repositories/carts.repository.ts';
import { followLinks } from '../../repositories/identities.repository.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { dropExpiredPartition } from '../../repositories/partitions.repository.ts';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { during, expectWaiting } from '../brackets/open-transaction.ts';
import { expectUnreadable } from '../brackets/rights.ts';
import { aRecord, store } from '../delivery/store.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
/** The middle of a month that ended three months ago. */
const LONG_AGO = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 4, 15)).toISOString();
const CHILD = `raw_product_views_${LONG_AGO.slice(0, 7).replace('-', '_')}`;

const visit = { user_id: 'u', anonymous_id: 'a', session_id: 's', occurred_at: LONG_AGO, received_at: LONG_AGO };
const view = { ...visit, type: 'product_view', product_id: 'p', name: 'Tea' };
type ExpiringTable = Parameters<typeof dropExpiredPartition>[0];

async function drop(database: TestDatabase, cutoff: string, table: ExpiringTable = 'raw_product_views') {
  const [row] = await createNeonDatabase(database.maintainerUrl).query(dropExpiredPartition(table, cutoff));
  return row?.dropped;
}

async function countDifferences(database: TestDatabase): Promise<number> {
  const counts = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

test('keeps a partition in which anything was received since, and drops it once that has expired too', async () => {
  await withDatabase(async (database) => {
    await store(database, [view, { ...view, received_at: daysAgo(50) }]);
    expect(await drop(database, daysAgo(60))).toBeNull();
    expect(await drop(database, daysAgo(40))).toBe(CHILD);
    expect(await drop(database, daysAgo(40))).toBeNull();
    expect(await database.rows('select count(*)::int from raw_product_views')).toEqual([{ count: 0 }]);
    expect(await database.rows('select views::int from product_popularity')).toEqual([{ views: 2 }]);
    expect(await countDifferences(database)).toBe(0);
  });
});

test('events that come for a month that was dropped are counted beside what was kept of it, and expire in turn', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    await drop(database, daysAgo(40));
    await store(database, [{ ...view, received_at: daysAgo(38) }]);
    expect(await drop(database, daysAgo(40))).toBeNull();
    expect(await countDifferences(database)).toBe(0);
    expect(await drop(database, daysAgo(36))).toBe(CHILD);
    expect(await countDifferences(database)).toBe(0);
    expect(await database.rows('select views::int from user_sessions')).toEqual([{ views: 2 }]);
  });
});

test('refuses to drop purchases, other tables, and what could still be delivered again', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    await expect(drop(database, daysAgo(34))).rejects.toThrow(/is too young: expected 35 days before now or more/);
    for (const table of ['raw_purchases', 'persons', CHILD])
      await expect(drop(database, daysAgo(40), table as ExpiringTable)).rejects.toThrow(/does not expire/);
    expect(await database.rows('select count(*)::int from raw_product_views')).toEqual([{ count: 1 }]);
  });
});

test('leaves the default partition alone', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    await database.rows(`alter table raw_product_views detach partition ${CHILD}`);
    await database.rows(`insert into raw_product_views select * from ${CHILD}`);
    await database.rows(`drop table ${CHILD}`);
    expect(await drop(database, daysAgo(40))).toBeNull();
    expect(await database.rows('select count(*)::int from raw_product_views_default')).toEqual([{ count: 1 }]);
  });
});

test('the maintainer can make and drop partitions and nothing else', async () => {
  await withDatabase(async (database) => {
    const maintainer = createNeonDatabase(database.maintainerUrl);
    const run = (text: string) => maintainer.query({ text, params: [] });
    // How many dead letters wait and how long is the maintainer's to measure; what they hold is not.
    await expectUnreadable(database, database.maintainerUrl, ['model_runs', 'current_model', 'dead_letters']);
    for (const refused of [
      'select payload from dead_letters',
      'drop table raw_product_views_default',
      'create table public.x ()',
      "select archive.keep_links('raw_product_views')",
      'delete from persons',
    ])
      await expect(run(refused)).rejects.toThrow(/permission denied|must be owner/);
    await run("select ensure_partition('raw_purchases', now())");
  });
});

test('an audit that meets a drop sees the partition or what was kept of it, never neither', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    const dropping = dropExpiredPartition('raw_product_views', daysAgo(40));
    await during(database.maintainerUrl, [dropping], async (commit) => {
      const differences = countDifferences(database);
      await expectWaiting(database, 'Lock');
      await commit();
      expect(await differences).toBe(0);
    });
  });
});

test('a drop that meets a batch of the same month lets it end, and takes its events along the next time', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    const place = { topic: 'product_views', partition: 0, offset: '1', payload: Buffer.from('') };
    const record = aRecord(view) as RecordOf<'product_view'>;
    await during(database.writerUrl, productViews.statements([{ ...place, record }]).statements, async (commit) => {
      const dropped = drop(database, daysAgo(40)).catch(messageOf);
      await expectWaiting(database, 'Lock');
      await commit();
      expect(await dropped).toMatch(/rows came to/);
    });
    expect(await countDifferences(database)).toBe(0);
    expect(await drop(database, daysAgo(40))).toBe(CHILD);
    expect(await database.rows('select views::int from product_popularity')).toEqual([{ views: 2 }]);
    expect(await countDifferences(database)).toBe(0);
  });
});

test('a report that reads for seconds delays the drop, and does not hold up consumers meanwhile', async () => {
  await withDatabase(async (database) => {
    await store(database, [view]);
    const report = { text: 'select from raw_product_views', params: [] };
    await during(database.url, [report], async (commit) => {
      const dropped = drop(database, daysAgo(40));
      await expectWaiting(database, 'PgSleep');
      await store(database, [{ ...view, occurred_at: daysAgo(1), received_at: daysAgo(1) }]);
      await commit();
      expect(await dropped).toBe(CHILD);
    });
    expect(await countDifferences(database)).toBe(0);
  });
});

/** What fills the archive as years of dropped partitions do. */
const ARCHIVED = [
  `insert into archive.sessions
   select 'web', 's' || n, case when n % 3 = 0 then 'u' || n % 5000 end, 'a' || n % 20000, now(), now(), 1, 0, 0
   from generate_series(1, 60000) n`,
  `insert into archive.cart_moves
   select case when n % 3 = 0 then 'u' || n % 5000 end, 'a' || n % 20000, now(), 1, gen_random_uuid(), 'web', 'p', 1
   from generate_series(1, 60000) n`,
  'analyze',
];

test('a late cart and a new link find what was kept of their people by index', async () => {
  await withDatabase(async (database) => {
    for (const statement of ARCHIVED) await database.rows(statement);
    const scope = batchScope([aRecord({ type: 'identify', user_id: 'u3', anonymous_id: 'a1' })]);
    for (const { text, params } of [...followLinks(scope), advanceCarts(scope)]) {
      const plan = JSON.stringify(await database.rows(`explain (format json) ${text}`, [...params]));
      expect(plan).not.toMatch(/"Seq Scan"[^{}]*"Relation Name":"(sessions|cart_moves)"/);
      if (/derived\.(session_events|cart_moves)/.test(text))
        expect(plan).toMatch(/"Index Name":"(sessions|cart_moves)_(user_id|anonymous_id)_idx"/);
    }
  });
});
