import { expect, test } from 'vitest';
import { maintain } from '../../../lambdas/maintain/maintain.ts';
import { erasePerson } from '../../../lambdas/people/erase-person.ts';
import type { Database } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { dropExpiredPartition } from '../../../repositories/partitions.repository.ts';
import { type TestDatabase, withDatabase } from '../../brackets/database.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { store } from '../../delivery/store.ts';
import { tablesThatHold } from '../../delivery/traces.ts';

const DAY_MS = 86_400_000;
const CUTOFF_DAYS = 35;
const IDS = ['ada-long-ago', 'phone-long-ago'];
const [ADA = '', PHONE = ''] = IDS;

/** Both had their visits and carts in a month that has expired. */
async function storeLongAgo(database: TestDatabase): Promise<void> {
  const then = new Date(Date.now() - 100 * DAY_MS).toISOString();
  const at = { occurred_at: then, received_at: then, session_id: 'visit' };
  await store(
    database,
    ['bob', ADA].flatMap((user_id) => [
      { type: 'product_view', user_id, product_id: 'tea', ...at },
      { type: 'identify', user_id, anonymous_id: user_id === ADA ? PHONE : 'tablet', ...at },
      { type: 'add_to_cart', anonymous_id: user_id === ADA ? PHONE : 'tablet', product_id: 'tea', quantity: 1, ...at },
    ]),
  );
}

const counters = (database: TestDatabase) => database.rows('select views, cart_adds from product_popularity');

test('takes a person out of what is kept of expired events; their counts name nobody and stay', async () => {
  await withDatabase(async (database) => {
    await storeLongAgo(database);
    const days = { retentionDays: CUTOFF_DAYS, now: new Date() };
    const { dropped } = await maintain(createNeonDatabase(database.maintainerUrl), days);
    expect(dropped).toHaveLength(2);
    expect(await tablesThatHold(database, IDS)).toContain('archive.links');
    const { removed } = await erasePerson(createNeonDatabase(database.peopleUrl), { userId: ADA });
    expect(removed).toMatchObject({
      'archive.links': 1,
      'archive.sessions': 3,
      'archive.cart_moves': 1,
      raw_cart_events: 0,
    });
    expect(await tablesThatHold(database, IDS)).toEqual([]);
    expect(await counters(database)).toEqual([{ views: '2', cart_adds: '2' }]);
    expect(await database.rows('select user_id from user_cart_summary')).toEqual([{ user_id: 'bob' }]);
    await expectAudited(database);
  });
});

test('a partition is not dropped while somebody in it is being erased; maintenance finishes that first', async () => {
  await withDatabase(async (database) => {
    await storeLongAgo(database);
    const people = createNeonDatabase(database.peopleUrl);
    const settlesOnly: Pick<Database, 'query'> = {
      query: (statement) => {
        if (settled) throw new Error('cut off');
        settled = statement.text.includes('advance');
        return people.query(statement);
      },
    };
    let settled = false;
    await expect(erasePerson(settlesOnly, { userId: ADA })).rejects.toThrow('cut off');
    const maintainer = createNeonDatabase(database.maintainerUrl);
    const cutoff = new Date(Date.now() - CUTOFF_DAYS * DAY_MS).toISOString();
    expect(await maintainer.query(dropExpiredPartition('raw_cart_events', cutoff))).toEqual([{ dropped: null }]);
    await expectAudited(database);
    const done = await maintain(maintainer, { retentionDays: CUTOFF_DAYS, now: new Date() });
    expect(done).toMatchObject({ erasures: 1, dropped: [expect.any(String), expect.any(String)] });
    expect(await tablesThatHold(database, IDS)).toEqual([]);
    expect(await counters(database)).toEqual([{ views: '1', cart_adds: '1' }]);
    await expectAudited(database);
  });
});
