import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maintain } from '../../../lambdas/maintain/maintain.ts';
import type { Row, Statement } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { expectOracleTables } from '../../delivery/expect-oracle-tables.ts';
import { backdated, expectNothingLost, maintainBesides } from '../../delivery/retention.ts';
import { arbitraryRecords } from '../../oracle/arbitrary-events.ts';

const YEAR = { retentionDays: 365, now: new Date('2026-11-30T22:00:00Z') };

test('dropping what has expired, at any time, leaves every table as if nothing had been dropped', async () => {
  await withDatabase((database) => expectNothingLost(database, { numRuns: 12, events: 120, timeLimitMs: 150_000 }));
}, 180_000);

test('dropping the very month into which four consumers write loses no event and counts none twice', async () => {
  await withDatabase(async (database) => {
    const [drawn = []] = fc.sample(arbitraryRecords(450), { seed: 3, numRuns: 3 }).sort((a, b) => b.length - a.length);
    const records = drawn.map((record) => backdated(record, 75));
    const consumers = consumersOn(createNeonDatabase(database.writerUrl));
    let isDone = false;
    const maintenance = async () => {
      while (!isDone) await maintainBesides(database, 35);
    };
    const delivery = deliver(consumers, records, { order: records.map((_, n) => n), sizes: [1, 3], workers: 4 });
    const besides = [maintenance(), maintenance()];
    await delivery.finally(() => {
      isDone = true;
    });
    await Promise.all(besides);
    expect(records.length).toBeGreaterThan(200);
    await expectOracleTables(database, records);
    await maintain(createNeonDatabase(database.maintainerUrl), { retentionDays: 35, now: new Date() });
    await expectOracleTables(database, records);
  });
}, 120_000);

/** A database that has these partitions to drop, and fails where it is told to. */
function scripted(expired: Record<string, string[]>, fails: (statement: Statement) => boolean = () => false) {
  const asked: string[] = [];
  return {
    asked,
    async query(statement: Statement): Promise<Row[]> {
      const [table, time] = statement.params.map(String);
      asked.push(`${table} ${time}`);
      if (fails(statement)) throw new Error(`lock timeout on ${table}`);
      return statement.text.includes('drop') ? [{ dropped: expired[table ?? '']?.shift() ?? null }] : [];
    },
  };
}

test('makes the partitions of this month and of three ahead, across the turn of the year', async () => {
  const database = scripted({});
  const { months, dropped } = await maintain(database, YEAR);
  expect([months, dropped]).toEqual([['2026-11', '2026-12', '2027-01', '2027-02'], []]);
  expect(database.asked).toContain('raw_purchases 2027-02-01T00:00:00Z');
  expect(database.asked.filter((line) => /^raw_purchases \d/.test(line))).toHaveLength(4);
});

test('a step that fails does not keep the others from being done, and is told in the end', async () => {
  const database = scripted({ raw_cart_events: ['c1', 'c2'] }, ({ params }) => params[0] === 'raw_product_views');
  await expect(maintain(database, YEAR)).rejects.toThrow(
    /^maintenance failed in part: lock timeout on raw_product_views/,
  );
  expect(database.asked.filter((line) => line === 'raw_cart_events 2025-11-30T22:00:00.000Z')).toHaveLength(3);
});

test('stops after a bounded number of drops and leaves the rest for the next day', async () => {
  const many = Array.from({ length: 100 }, (_, n) => `raw_product_views_${n}`);
  const { dropped } = await maintain(scripted({ raw_product_views: many }), YEAR);
  expect(dropped).toHaveLength(24);
});
