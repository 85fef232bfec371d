import { expect, test } from 'vitest';
import { openDatabase } from '../../local/neon/open-database.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { query } from '../brackets/query.ts';
import { segmentClient, sentLater } from './foreign-clients.ts';
import { ga4Trip, segmentTrip } from './foreign-trips.ts';
import { eventually, type RunningSystem, startSystem, stopSystem, withDataFolder } from './running-system.ts';
import { shopTables } from './shop-tables.ts';

/** The tables once so many rows of each kind are there; aggregates are written with them. */
function tablesOf(system: RunningSystem, counts: { views: number; carts: number; purchases: number }) {
  return eventually(
    () => shopTables(system),
    ({ views, carts, purchases }) =>
      views.length === counts.views && carts.length === counts.carts && purchases.length === counts.purchases,
  );
}

async function post(system: RunningSystem, path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(system.url + path, { method: 'POST', body, headers });
  return { status: response.status, answer: (await response.json()) as { accepted: number } };
}

async function expectSegmentRows(system: RunningSystem): Promise<string[]> {
  const { analytics, bodies, statuses, errors } = segmentClient(system);
  await segmentTrip(analytics);
  expect([errors, new Set(statuses)]).toEqual([[], new Set([200])]);
  const tables = await tablesOf(system, { views: 2, carts: 5, purchases: 2 });
  const visitor = { user_id: null, anonymous_id: 'visitor-1' };
  const context = { page_url: 'https://shop.example/', user_agent: 'Mozilla/5.0 (X11; Linux x86_64)' };
  const seen = { ...visitor, session_id: 's-1', context };
  expect(tables).toEqual({
    views: [
      { ...seen, product_id: 'tent', name: 'Tent', category: 'outdoor/tents', unit_price: '199.00', currency: 'EUR' },
      { ...seen, product_id: 'mug', name: 'Mug', category: null, unit_price: null, currency: null },
    ],
    carts: [
      ...[
        ['add_to_cart', 'tent', 2],
        ['add_to_cart', 'mug', 1],
        ['remove_from_cart', 'tent', 1],
      ].map(([type, product_id, quantity]) => ({
        ...{ type, product_id, quantity, unit_price: null, currency: null, ...visitor, bare: false },
      })),
      {
        type: 'begin_checkout',
        product_id: null,
        quantity: null,
        unit_price: null,
        currency: null,
        user_id: 'ada',
        anonymous_id: 'visitor-1',
        bare: false,
      },
      {
        type: 'identify',
        product_id: null,
        quantity: null,
        unit_price: null,
        currency: null,
        user_id: 'ada',
        anonymous_id: 'visitor-1',
        bare: true,
      },
    ],
    purchases: [
      {
        ...{
          type: 'purchase',
          order_id: 'o-1',
          currency: 'EUR',
          discount: '11.50',
          tax: '38',
          shipping: '4.9',
          amount: null,
          user_id: 'ada',
        },
        items: [
          { product_id: 'tent', quantity: 1, unit_price: '199' },
          { product_id: 'mug', quantity: 1, unit_price: '12.5' },
        ],
      },
      {
        ...{
          type: 'refund',
          order_id: 'o-1',
          currency: 'EUR',
          discount: null,
          tax: null,
          shipping: null,
          amount: null,
          user_id: 'ada',
        },
        items: [{ product_id: 'mug', quantity: 1 }],
      },
    ],
    cart: [],
    revenue: [{ currency: 'EUR', orders: 1, units: 2, gross: '200.00', refunded: '12.5', net: '187.50' }],
    history: [
      { user_id: 'ada', order_id: 'o-1', product_id: 'mug', quantity: 1, refunded_quantity: 1, unit_price: '12.5' },
      { user_id: 'ada', order_id: 'o-1', product_id: 'tent', quantity: 1, refunded_quantity: 0, unit_price: '199' },
    ],
    sessions: [{ user_id: 'ada', session_id: 's-1', views: 2, cart_adds: 2, checkouts: 1, purchases: 1 }],
    popularity: [
      { product_id: 'mug', views: 1, cart_adds: 1, units_sold: 1 },
      { product_id: 'tent', views: 1, cart_adds: 1, units_sold: 1 },
    ],
    people: [{ anonymous_id: 'visitor-1', user_id: 'ada' }],
    letters: [],
  });
  return bodies;
}

async function expectGa4Rows(system: RunningSystem, requests: Record<string, unknown>[]): Promise<void> {
  const path = `/mp/collect?measurement_id=G-SHOP&api_secret=${system.keys.sk}`;
  const answers: [number, number][] = [];
  for (const request of requests) {
    const { status, answer } = await post(system, path, JSON.stringify(request));
    answers.push([status, answer.accepted]);
  }
  expect(answers).toEqual([
    [200, 2],
    [200, 2],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 0],
    [400, 0],
  ]);
  const { views, carts, purchases, cart, revenue, history, sessions, letters } = await tablesOf(system, {
    views: 4,
    carts: 9,
    purchases: 4,
  });
  expect(views.filter(({ user_id }) => user_id === 'bob')).toMatchObject([
    { product_id: 'Bulb', category: null, unit_price: '4.25', currency: 'USD', session_id: '1793534400' },
    { product_id: 'lamp', category: 'home/light', unit_price: '40', currency: 'USD', anonymous_id: '123.456' },
  ]);
  expect(
    carts.filter(({ user_id }) => user_id === 'bob').map((row) => [row.type, row.product_id, row.quantity]),
  ).toEqual([
    ['add_to_cart', 'Bulb', 3],
    ['add_to_cart', 'lamp', 2],
    ['remove_from_cart', 'lamp', 1],
    ['begin_checkout', null, null],
  ]);
  expect(purchases.filter(({ user_id }) => user_id === 'bob')).toMatchObject([
    { order_id: 't-1', discount: '2.75', tax: '4', shipping: '5' },
    { order_id: 't-1', items: [{ product_id: 'Bulb', quantity: 1 }] },
  ]);
  expect(revenue[1]).toEqual({ currency: 'USD', orders: 1, units: 4, gross: '50.00', refunded: '4.25', net: '45.75' });
  expect(cart).toEqual([]);
  expect(
    history.filter(({ user_id }) => user_id === 'bob').map((row) => [row.product_id, row.refunded_quantity]),
  ).toEqual([
    ['Bulb', 1],
    ['lamp', 0],
  ]);
  expect(sessions[1]).toEqual({
    user_id: 'bob',
    session_id: '1793534400',
    views: 2,
    cart_adds: 2,
    checkouts: 1,
    purchases: 1,
  });
  expect(letters).toEqual([]);
}

/** Everything again, and then of each visitor an event of each topic, whose rows say that what came before is read. */
async function sendAgain(system: RunningSystem, bodies: readonly string[], requests: Record<string, unknown>[]) {
  const authorization = `Basic ${Buffer.from(`${system.keys.sk}:`).toString('base64')}`;
  const byKey = { 'x-api-key': system.keys.sk, 'content-type': 'application/json' };
  for (const body of bodies)
    expect((await post(system, '/v1/batch', sentLater(body), { authorization })).status).toBe(200);
  for (const request of requests) await post(system, '/mp/collect', JSON.stringify(request), byKey);
  const items = [{ product_id: 'last', quantity: 1, unit_price: 1 }];
  const events = [{ anonymous_id: 'visitor-1' }, { user_id: 'ada' }, { user_id: 'bob' }].flatMap((who, at) => [
    { ...who, type: 'product_view', product_id: 'last' },
    { ...who, type: 'add_to_cart', product_id: 'last', quantity: 1 },
    { ...who, type: 'purchase', order_id: `last-${at}`, currency: 'CHF', items },
  ]);
  expect((await post(system, '/events', JSON.stringify({ events }), byKey)).answer.accepted).toBe(9);
  const read = () =>
    query(
      system.database_url,
      `select (select count(*) from raw_product_views where product_id = 'last')
        + (select count(*) from raw_cart_events where product_id = 'last')
        + (select count(*) from raw_purchases where currency = 'CHF') as rows`,
    );
  expect(await eventually(read, ([row]) => row?.rows === '9')).toEqual([{ rows: '9' }]);
}

async function expectAggregatesOfRawRows({ database_url }: RunningSystem): Promise<void> {
  const opened = await openDatabase(database_url);
  try {
    const counts = await withSession(database_url, (session) => audit(session, aggregates, () => undefined));
    expect([...counts.values()].every((differences) => differences === 0)).toBe(true);
  } finally {
    await opened.close();
  }
}

test('clients that nobody here wrote send whole trips, twice over, and every row is right once', async () => {
  await withDataFolder(async (dataDir) => {
    const system = await startSystem(dataDir, 'embedded');
    try {
      const bodies = await expectSegmentRows(system);
      const requests = ga4Trip();
      await expectGa4Rows(system, requests);
      const before = await shopTables(system);
      await sendAgain(system, bodies, requests);
      expect(await shopTables(system)).toEqual(before);
      await expectAggregatesOfRawRows(system);
    } finally {
      expect(await stopSystem(system)).toBe(0);
    }
  });
}, 120_000);
