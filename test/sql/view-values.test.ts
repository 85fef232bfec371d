import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
const add = (fields: object) => ({ type: 'add_to_cart', product_id: 'tea', quantity: 1, ...fields });
const purchase = (fields: object) => ({
  type: 'purchase',
  order_id: 'o1',
  currency: 'EUR',
  items: [{ product_id: 'tea', quantity: 1, unit_price: '5' }],
  ...fields,
});
const buyers = (database: TestDatabase) =>
  database.rows('select buyers::int as buyers, day::text as day from analytics.conversion_funnel');

test('an order that is reported again two days later is one buyer on one day', async () => {
  await withDatabase(async (database) => {
    await store(database, [purchase({ user_id: 'alice', occurred_at: ago(3 * 1440) })]);
    await store(database, [purchase({ user_id: 'alice', occurred_at: ago(1440) })]);
    expect(await buyers(database)).toMatchObject([{ buyers: 1 }]);
  });
});

test('a server’s order counts on the day of the session that it followed, under whichever id that ran', async () => {
  await withDatabase(async (database) => {
    const anonymous_id = randomUUID();
    const session = { anonymous_id, session_id: 's1' };
    await store(database, [{ type: 'product_view', product_id: 'tea', ...session, occurred_at: ago(2 * 1440 + 1200) }]);
    await store(database, [{ type: 'identify', user_id: 'alice', anonymous_id, occurred_at: ago(2 * 1440 + 1190) }]);
    await store(database, [purchase({ user_id: 'alice', occurred_at: ago(2 * 1440) })]);
    const days = await database.rows(
      'select viewers::int as viewers, buyers::int as buyers from analytics.conversion_funnel',
    );
    expect(days).toEqual([{ viewers: 1, buyers: 1 }]);
  });
});

test('a day begins where the shop is', async () => {
  await withDatabase(async (database) => {
    await store(database, [purchase({ user_id: 'alice', occurred_at: ago(1) })]);
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Niue']) {
      await database.rows('update analytics_settings set time_zone = $1', [zone]);
      const [today] = await database.rows(`select ((now() - interval '1 minute') at time zone $1)::date::text as day`, [
        zone,
      ]);
      expect(await buyers(database)).toEqual([{ buyers: 1, day: today?.day }]);
    }
  });
});

test('a cart left alone for an hour is abandoned, and recovered when its person buys after all', async () => {
  await withDatabase(async (database) => {
    const anonymous_id = randomUUID();
    await store(database, [
      add({ anonymous_id, occurred_at: ago(180) }),
      add({ user_id: 'bob', occurred_at: ago(180) }),
      add({ user_id: 'carol', occurred_at: ago(5) }),
    ]);
    const carts = async () => {
      const [row] = await database.rows(
        'select sum(abandoned_carts)::int as abandoned, sum(recovered_carts)::int as recovered from analytics.cart_trends',
      );
      return row;
    };
    expect(await carts()).toEqual({ abandoned: 2, recovered: 0 });
    await store(database, [{ type: 'identify', user_id: 'alice', anonymous_id, occurred_at: ago(10) }]);
    await store(database, [purchase({ user_id: 'alice', occurred_at: ago(2) })]);
    await store(database, [purchase({ user_id: 'carol', order_id: 'o2', occurred_at: ago(2) })]);
    expect(await carts()).toEqual({ abandoned: 1, recovered: 1 });
  });
});

test('a refund lowers the net of its own minute, and currencies stay apart', async () => {
  await withDatabase(async (database) => {
    await store(database, [
      purchase({ user_id: 'alice', occurred_at: ago(30) }),
      purchase({ user_id: 'alice', order_id: 'o2', currency: 'USD', occurred_at: ago(30) }),
      { type: 'refund', user_id: 'alice', order_id: 'o1', currency: 'EUR', amount: '2', occurred_at: ago(10) },
    ]);
    const rows = await database.rows('select currency, gross, refunded, net from analytics.realtime_revenue');
    expect(rows).toEqual([
      { currency: 'EUR', gross: '0', refunded: '2', net: '-2' },
      { currency: 'EUR', gross: '5', refunded: '0', net: '5' },
      { currency: 'USD', gross: '5', refunded: '0', net: '5' },
    ]);
  });
});

test('every column of the views is described', async () => {
  await withDatabase(async (database) => {
    const missing = await database.rows(
      `select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v' and col_description(c.oid, a.attnum) is null`,
    );
    expect(missing).toEqual([]);
  });
});
