import { expect, test } from 'vitest';
import { erasePerson } from '../../lambdas/people/erase-person.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { withDatabase } from '../brackets/database.ts';
import { expectErased } from '../delivery/erasures.ts';
import { expectAudited } from '../delivery/expect-oracle-tables.ts';
import { tablesThatHold } from '../delivery/traces.ts';

test('leaves what is left, whoever is erased among which events', async () => {
  await withDatabase((database) => expectErased(database, { numRuns: 300, events: 120, timeLimitMs: 3_000_000 }));
  expect.hasAssertions();
}, 3_600_000);

/** Half under the user, half under a linked id, in one endless visit; beside them as many of others. */
const FILL = `insert into raw_product_views
    (source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, session_id, trusted, is_bot, digest, product_id, name)
  select 'shop', gen_random_uuid(), at, at, at, case when n % 2 = 0 then who end, who || ' phone', 'endless', true, false,
    gen_random_uuid(), 'p' || n % 500, 'name ' || n
  from unnest(array['the busy one', 'somebody else']) who, generate_series(1, 60000) n,
    lateral (select now() - n * interval '10 seconds' as at) t`;
const FILL_CARTS = `insert into raw_cart_events
    (source, event_id, occurred_at, event_at, received_at, user_id, trusted, is_bot, digest, type, product_id, quantity)
  select 'shop', gen_random_uuid(), at, at, at, who, true, false, gen_random_uuid(), 'add_to_cart', 'p' || n % 500, 1
  from unnest(array['the busy one', 'somebody else']) who, generate_series(1, 40000) n,
    lateral (select now() - n * interval '10 seconds' as at) t`;
const FILL_ORDERS = `insert into raw_purchases
    (source, event_id, occurred_at, event_at, received_at, user_id, trusted, is_bot, digest, type, order_id, currency, items, topic_partition, topic_offset)
  select 'shop', gen_random_uuid(), at, at, at, who, true, false, gen_random_uuid(), 'purchase', md5(who) || n, 'EUR',
    '[{"product_id": "p1", "quantity": 1, "unit_price": "2"}]', 0, n
  from unnest(array['the busy one', 'somebody else']) who, generate_series(1, 5000) n,
    lateral (select now() - n * interval '10 seconds' as at) t`;

test('a person with 100,000 events and 5,000 orders goes in portions, each within the limits of the role', async () => {
  await withDatabase(async (database) => {
    for (const fill of [FILL, FILL_CARTS, FILL_ORDERS]) await database.rows(fill);
    await withSession(database.url, (session) => rebuild(session, aggregates));
    const people = createNeonDatabase(database.peopleUrl);
    const steps: number[] = [];
    const query: typeof people.query = async (statement) => {
      const start = performance.now();
      const rows = await people.query(statement);
      steps.push(performance.now() - start);
      return rows;
    };
    const { removed, finished_at } = await erasePerson({ query }, { userId: 'the busy one' });
    expect(finished_at).not.toBeNull();
    expect(removed).toMatchObject({ raw_product_views: 60_000, raw_cart_events: 40_000, raw_purchases: 5_000 });
    expect(steps.length).toBeGreaterThan(20);
    expect(await tablesThatHold(database, ['the busy one'])).toEqual([]);
    await expectAudited(database);
  });
}, 600_000);
