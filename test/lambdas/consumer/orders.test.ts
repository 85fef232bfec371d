import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit } from '../../../repositories/audit.repository.ts';
import { withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.rows(`truncate raw_purchases, raw_cart_events, orders, live_revenue, product_popularity, user_purchase_history,
    user_cart_summary, user_sessions, identities, persons, dead_letters`);
});

const at = (minute: number) => `2026-11-01T10:${String(minute).padStart(2, '0')}:00Z`;
const order = { user_id: 'u', order_id: 'o', currency: 'EUR' };
const items = [
  { product_id: 'tea', quantity: 2, unit_price: '10' },
  { product_id: 'cup', quantity: 1, unit_price: '5' },
];
const purchase = (fields = {}) => ({ type: 'purchase', ...order, items, occurred_at: at(0), ...fields });
const refund = (fields = {}) => ({ type: 'refund', ...order, occurred_at: at(5), ...fields });
const revenue = () =>
  database.rows(`select to_char(minute at time zone 'UTC', 'MI')::int as minute, orders::int, gross::float8, refunded::float8, net::float8
    from live_revenue where (orders, gross, refunded) <> (0, 0, 0) order by minute`);
const refundedQuantities = async () =>
  (await database.rows('select refunded_quantity::int as n from user_purchase_history order by line')).map(
    ({ n }) => n,
  );

test('counts an order once when the thank-you page is reloaded', async () => {
  await store(database, [purchase(), purchase({ occurred_at: at(1) }), purchase({ occurred_at: at(2) })]);
  expect(await revenue()).toEqual([{ minute: 0, orders: 1, gross: 25, refunded: 0, net: 25 }]);
  expect(await database.rows('select count(*)::int as rows from raw_purchases')).toEqual([{ rows: 3 }]);
});

test('moves an order to the earlier purchase when that one comes later', async () => {
  await store(database, [purchase({ occurred_at: at(2), user_id: 'late' })]);
  await store(database, [purchase({ occurred_at: at(1), user_id: 'early' })]);
  expect(await revenue()).toEqual([{ minute: 1, orders: 1, gross: 25, refunded: 0, net: 25 }]);
  expect(await database.rows('select distinct user_id from user_purchase_history')).toEqual([{ user_id: 'early' }]);
});

test('takes the discount off, and keeps tax and shipping beside the revenue', async () => {
  await store(database, [purchase({ discount: '2.5', tax: '4', shipping: '3' })]);
  expect(await revenue()).toMatchObject([{ gross: 22.5 }]);
  expect(await database.rows('select revenue::float8, tax::float8, shipping::float8 from orders')).toEqual([
    { revenue: 22.5, tax: 4, shipping: 3 },
  ]);
});

test('lets a refund wait for its purchase', async () => {
  await store(database, [refund({ amount: '7' })]);
  expect(await revenue()).toEqual([]);
  expect(await database.rows('select waiting_refunds from orders')).toEqual([{ waiting_refunds: 1 }]);
  await store(database, [purchase()]);
  expect(await revenue()).toEqual([
    { minute: 0, orders: 1, gross: 25, refunded: 0, net: 25 },
    { minute: 5, orders: 0, gross: 0, refunded: 7, net: -7 },
  ]);
});

test('never takes more than the order’s revenue, and books each refund in its own minute', async () => {
  await store(database, [
    purchase(),
    refund({ amount: '20' }),
    refund({ amount: '20', occurred_at: at(6) }),
    refund({ occurred_at: at(7) }),
  ]);
  expect((await revenue()).map((row) => [row.minute, row.refunded])).toEqual([
    [0, 0],
    [5, 20],
    [6, 5],
  ]);
});

test('counts refunded items at the price of their line, and no more of them than were bought', async () => {
  const two = [{ product_id: 'tea', quantity: 3, unit_price: '999' }];
  await store(database, [purchase(), refund({ items: two }), refund({ items: two, occurred_at: at(6) })]);
  expect((await revenue()).map((row) => row.refunded)).toEqual([0, 20]);
  expect(await refundedQuantities()).toEqual([2, 0]);
});

test('sets a refund in another currency aside, whichever of the two came first', async () => {
  await store(database, [refund({ currency: 'USD', amount: '1' })]);
  expect(await database.rows('select reason from dead_letters')).toEqual([]);
  await store(database, [purchase()]);
  await store(database, [refund({ currency: 'GBP', amount: '1' })]);
  expect(await database.rows('select reason from dead_letters')).toEqual([
    { reason: 'refund_currency' },
    { reason: 'refund_currency' },
  ]);
  expect((await revenue()).map((row) => row.refunded)).toEqual([0]);
});

test('takes what was bought out of the cart and leaves the rest', async () => {
  const add = { type: 'add_to_cart', user_id: 'u', occurred_at: '2026-11-01T09:00:00Z' };
  await store(database, [
    { ...add, product_id: 'tea', quantity: 3 },
    { ...add, product_id: 'pot', quantity: 1 },
    purchase(),
  ]);
  expect(await database.rows('select product_id, quantity::int from user_cart_summary order by 1')).toEqual([
    { product_id: 'pot', quantity: 1 },
    { product_id: 'tea', quantity: 1 },
  ]);
});

test('a purchase under a publishable key empties the cart, and never enters revenue or history, nor occupies the order', async () => {
  const add = {
    type: 'add_to_cart',
    user_id: 'u',
    product_id: 'tea',
    quantity: 2,
    occurred_at: '2026-11-01T09:00:00Z',
  };
  await store(database, [add, purchase({ trusted: false, source: 'web' })]);
  expect(await database.rows('select * from user_cart_summary')).toEqual([]);
  expect([await revenue(), await database.rows('select * from user_purchase_history')]).toEqual([[], []]);
  await store(database, [purchase({ occurred_at: at(3) })]);
  expect(await revenue()).toMatchObject([{ minute: 3, orders: 1, gross: 25 }]);
});

test('a cart filled before the login and bought after it belongs to one person', async () => {
  const browser = { anonymous_id: 'browser', occurred_at: '2026-11-01T09:00:00Z' };
  await store(database, [{ type: 'add_to_cart', ...browser, product_id: 'tea', quantity: 2 }]);
  await store(database, [purchase()]);
  await store(database, [{ type: 'identify', anonymous_id: 'browser', user_id: 'u', occurred_at: at(0) }]);
  expect(await database.rows('select * from user_cart_summary')).toEqual([]);
});

test('an event id that is used again for another order leaves no trace of that order', async () => {
  const event_id = '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3';
  await store(database, [purchase({ event_id })]);
  await store(database, [purchase({ event_id, order_id: 'other' })]);
  const counts = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  expect([...counts.values()]).toEqual(aggregates.map(() => 0));
  expect(await revenue()).toMatchObject([{ orders: 1, gross: 25 }]);
});
