import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maintain } from '../../lambdas/maintain/maintain.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { emptyTables } from '../delivery/empty-tables.ts';
import { expectAudited } from '../delivery/expect-oracle-tables.ts';
import { store, storeRecords } from '../delivery/store.ts';
import { arbitraryRecords } from '../oracle/arbitrary-events.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const MIDNIGHT = (Math.floor(Date.now() / DAY_MS) - 1) * DAY_MS;
const day = (days: number) => new Date(MIDNIGHT + days * DAY_MS).toISOString().slice(0, 10);
/** So many minutes after the last midnight but one. */
const at = (minutes: number) => new Date(MIDNIGHT + minutes * MINUTE_MS).toISOString();

const COLUMNS = 'viewers::int, cart_adders::int, checkouts::int, buyers::int, newest_event_at::text';
const KEPT = `select day::text, ${COLUMNS} from analytics.conversion_funnel order by 1`;
/** The same in the plainest words: every session, every order without one, and the people among them by day. */
const GROUPED = `select day::text, ${COLUMNS} from (
    select day, count(distinct person) filter (where viewed) as viewers, count(distinct person) filter (where added) as cart_adders,
      count(distinct person) filter (where checked_out) as checkouts, count(distinct person) filter (where bought) as buyers, max(newest) as newest_event_at
    from (
      select (last_seen_at at time zone time_zone)::date as day, (user_id, is_anonymous) as person, views > 0 as viewed, cart_adds > 0 as added,
        checkouts > 0 as checked_out, purchases > 0 as bought, last_seen_at as newest
      from user_sessions, analytics_settings
      union all
      select (coalesce((
          select max(last_seen_at) from user_sessions s
          where (s.user_id, s.is_anonymous) = (o.person_id, o.is_anonymous) and first_seen_at <= o.event_at and last_seen_at > o.event_at - interval '24 hours'
            and (last_seen_at at time zone time_zone)::date <= (o.event_at at time zone time_zone)::date + 1
        ), o.event_at) at time zone time_zone)::date, (person_id, is_anonymous), false, false, false, true, event_at
      from analytics_settings, (
        select p.event_at, coalesce(p.user_id, i.user_id, p.anonymous_id) as person_id, coalesce(p.user_id, i.user_id) is null as is_anonymous
        from raw_purchases p
        join orders using (source, event_id, occurred_at)
        left join identities i on i.anonymous_id = p.anonymous_id and p.user_id is null
        where p.session_id is null and not p.is_bot and coalesce(p.user_id, p.anonymous_id) is not null
      ) o
    ) steps group by 1
  ) days, analytics_settings
  where (now() at time zone time_zone)::date - day between 0 and 6 order by 1`;

const setZone = (database: TestDatabase, zone: string) =>
  database.rows('update analytics_settings set time_zone = $1', [zone]);

test('says what grouping all sessions and orders says, also once the shop’s day begins elsewhere', async () => {
  await withDatabase(async (database) => {
    await fc.assert(
      fc.asyncProperty(arbitraryRecords(40), async (records) => {
        await emptyTables(database);
        await setZone(database, 'UTC');
        await storeRecords(database, records.slice(0, records.length / 2));
        expect(await database.rows(KEPT)).toEqual(await database.rows(GROUPED));
        // An hour after the first events it is midnight there.
        await setZone(database, 'Etc/GMT+1');
        await storeRecords(database, records);
        expect(await database.rows(KEPT)).toEqual(await database.rows(GROUPED));
        await expectAudited(database);
      }),
      { numRuns: 15 },
    );
  });
});

test('a visit past midnight counts on the new day, with an order in between, and leaves the old one', async () => {
  await withDatabase(async (database) => {
    const visit = (minutes: number, session_id = 's') => ({
      ...{ type: 'product_view', product_id: 'tea', user_id: 'ada', session_id, occurred_at: at(minutes) },
    });
    const items = [{ product_id: 'tea', quantity: 1, unit_price: '5' }];
    const order = { type: 'purchase', user_id: 'ada', order_id: 'o', currency: 'EUR', items, occurred_at: at(5) };
    const counted = () =>
      database.rows('select day::text, viewers::int, buyers::int from analytics.conversion_funnel order by 1');
    await store(database, [visit(-30), order]);
    expect(await counted()).toEqual([{ day: day(-1), viewers: 1, buyers: 1 }]);
    await store(database, [visit(-60, 'earlier'), visit(10)]);
    expect(await counted()).toEqual([
      { day: day(-1), viewers: 1, buyers: 0 },
      { day: day(0), viewers: 1, buyers: 1 },
    ]);
    await expectAudited(database);
    await store(database, [visit(6, 'earlier')]);
    expect(await counted()).toEqual([{ day: day(0), viewers: 1, buyers: 1 }]);
    await expectAudited(database);
  });
});

test('maintenance forgets whom days counted that the funnel no longer shows', async () => {
  await withDatabase(async (database) => {
    const visits = [0, -6, -20].map((days) => ({
      ...{
        type: 'product_view',
        product_id: 'tea',
        user_id: 'ada',
        session_id: `${days}`,
        occurred_at: at(days * 1440),
      },
    }));
    await store(database, visits);
    const rows = () => database.rows('select count(*)::int as kept from funnel_people');
    expect(await rows()).toEqual([{ kept: 2 }]);
    await database.rows('update funnel_people set day = day - 3');
    await maintain(createNeonDatabase(database.maintainerUrl), { retentionDays: 40, now: new Date() });
    expect(await rows()).toEqual([{ kept: 1 }]);
  });
});
