import { sign } from 'hono/jwt';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createTracker, type Tracker } from '../../client/src/node-tracker.ts';
import { query } from '../brackets/query.ts';
import { eventually } from '../flow/running-system.ts';
import { KEYS, openShop, type Shop, SIGNING_SECRET } from './running-shop.ts';

const HOUR_MS = 3_600_000;
let shop: Shop;
let server: Tracker;
beforeAll(async () => {
  shop = await openShop();
  server = createTracker({ url: shop.apiUrl, key: KEYS.sk });
  for (const name of ['x', 'y', 'z'])
    for (const product_id of ['tea', 'cup']) server.viewProduct({ user_id: name, session_id: name, product_id });
  await server.flush();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

/** A browser that nobody used before. */
function newDevice(): Tracker {
  const tracker = createTracker({ url: shop.apiUrl, key: KEYS.pk });
  onTestFinished(() => tracker.close());
  return tracker;
}

/** Everything that is asked of the database, once it is as it should be. */
async function expectRows(text: string, params: unknown[], expected: unknown): Promise<void> {
  const matches = (rows: unknown) => JSON.stringify(rows) === JSON.stringify(expected);
  expect(await eventually(() => shop.database.rows(text, params), matches)).toEqual(expected);
}

const cartOf = (user: string, products: string[]) =>
  expectRows(
    'select product_id from user_cart_summary where user_id = $1 order by 1',
    [user],
    products.map((product_id) => ({ product_id })),
  );
const sessionsOf = (user: string, sessions: object[]) =>
  expectRows(
    'select session_id, views::int, cart_adds::int from user_sessions where user_id = $1 and source = $2',
    [user, 'web'],
    sessions,
  );

test('what a visitor did before the login is the person’s afterwards: cart, sessions, funnel, recommendations', async () => {
  const page = newDevice();
  page.viewProduct({ product_id: 'tea' });
  page.addToCart({ product_id: 'tea' });
  const { anonymous_id, session_id } = page.ids();
  await page.flush();
  await cartOf(anonymous_id, ['tea']);
  page.identify('ada');
  page.beginCheckout();
  await page.flush();
  await cartOf('ada', ['tea']);
  await cartOf(anonymous_id, []);
  await sessionsOf('ada', [{ session_id, views: 1, cart_adds: 1 }]);
  const recommended = await eventually(
    () => server.recommendations({ user_id: 'ada', limit: 5 }),
    (items) => items.some(({ product_id }) => product_id === 'cup'),
  );
  expect(recommended[0]).toMatchObject({ product_id: 'cup' });
  const [funnel] = await query(
    shop.database.biUrl,
    'select cart_adders::int, checkouts::int from analytics.conversion_funnel',
  );
  expect(funnel).toEqual({ cart_adders: 1, checkouts: 1 });
});

test('a page reads its user’s recommendations with the shop’s word for it, and its own without', async () => {
  const page = newDevice();
  page.viewProduct({ product_id: 'tea' });
  await page.flush();
  const own = await eventually(
    () => page.recommendations({ limit: 5 }),
    (items) => items.some(({ reason }) => reason !== 'trending'),
  );
  expect(own[0]).toMatchObject({ product_id: 'cup' });
  await expect(page.recommendations({ userToken: 'x' })).rejects.toThrow(/identify\(\) first/);
  page.identify('grace');
  const exp = Math.floor(Date.now() / 1000) + 600;
  const userToken = await sign({ sub: 'grace', exp }, SIGNING_SECRET, 'HS256');
  await page.flush();
  const items = await eventually(
    () => page.recommendations({ userToken, limit: 5 }),
    (found) => found.some(({ reason }) => reason !== 'trending'),
  );
  expect(items[0]).toMatchObject({ product_id: 'cup' });
  await expect(page.recommendations({ userToken: 'forged' })).rejects.toThrow(/403/);
});

test('two people on one device stay two, after a logout and without one', async () => {
  const page = newDevice();
  page.addToCart({ product_id: 'tea' });
  page.identify('first');
  const before = page.ids();
  page.reset();
  page.addToCart({ product_id: 'cup' });
  const between = page.ids();
  expect(between.user_id).toBeUndefined();
  page.identify('second');
  page.addToCart({ product_id: 'pot' });
  page.identify('third');
  page.addToCart({ product_id: 'pan' });
  await page.flush();
  await cartOf('first', ['tea']);
  await cartOf('second', ['cup', 'pot']);
  await cartOf('third', ['pan']);
  expect(new Set([before, between, page.ids()].map(({ anonymous_id }) => anonymous_id)).size).toBe(3);
  await expectRows(
    "select user_id from identities where user_id in ('first', 'second', 'third') order by 1",
    [],
    [{ user_id: 'first' }, { user_id: 'second' }, { user_id: 'third' }],
  );
});

test('identifies a user once, however often the shop says it', async () => {
  const page = newDevice();
  const id = page.identify('often');
  expect([page.identify('often'), page.identify('often')]).toEqual([id, id]);
  await page.flush();
  await expectRows("select count(*)::int as n from raw_cart_events where user_id = 'often'", [], [{ n: 1 }]);
});

async function expectCarts(expected: { abandoned: number; recovered: number }): Promise<void> {
  const read = () =>
    query(
      shop.database.biUrl,
      'select sum(abandoned_carts)::int as abandoned, sum(recovered_carts)::int as recovered from analytics.cart_trends',
    );
  const isRight = ([row]: Record<string, unknown>[]) => row?.recovered === expected.recovered;
  expect(await eventually(read, isRight)).toEqual([expected]);
}

/** Does something on the page as it was then; what is recorded is sent later, as after a time offline. */
function inThePast<T>(agoMs: number, work: () => T): T {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - agoMs });
  try {
    return work();
  } finally {
    vi.useRealTimers();
  }
}

test('a cart filled before the login and bought after it is one recovered cart, or a plain sale', async () => {
  const [late, prompt] = [newDevice(), newDevice()];
  inThePast(3 * HOUR_MS, () => late.addToCart({ product_id: 'lamp' }));
  inThePast(HOUR_MS / 12, () => prompt.addToCart({ product_id: 'lamp' }));
  await Promise.all([late.flush(), prompt.flush()]);
  await cartOf(late.ids().anonymous_id, ['lamp']);
  await cartOf(prompt.ids().anonymous_id, ['lamp']);
  await expectCarts({ abandoned: 1, recovered: 0 });
  late.identify('late');
  prompt.identify('prompt');
  await Promise.all([late.flush(), prompt.flush()]);
  await cartOf('late', ['lamp']);
  await cartOf('prompt', ['lamp']);
  const order = { currency: 'EUR', items: [{ product_id: 'lamp', quantity: 1, unit_price: 20 }] };
  server.purchase({ order_id: 'late-1', ...order, ...late.ids() });
  server.purchase({ order_id: 'prompt-1', ...order, ...prompt.ids() });
  await server.flush();
  await cartOf('late', []);
  await cartOf('prompt', []);
  await cartOf(late.ids().anonymous_id, []);
  await expectCarts({ abandoned: 0, recovered: 1 });
  const [revenue] = await shop.database.rows(
    'select sum(orders)::int as orders, sum(net)::text as net from live_revenue',
  );
  expect(revenue).toEqual({ orders: 2, net: '40' });
});
