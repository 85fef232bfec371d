import { existsSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { query } from '../brackets/query.ts';
import { eventually, type RunningSystem, startSystem, stopSystem, withDataFolder } from './running-system.ts';

type Client = ReturnType<typeof clientOf>;

function clientOf({ url, keys }: RunningSystem) {
  const headers = { 'x-api-key': keys.sk, 'content-type': 'application/json' };
  return {
    post: async (events: unknown[]) => {
      const answer = await fetch(`${url}/events`, { method: 'POST', headers, body: JSON.stringify({ events }) });
      return { status: answer.status, body: await answer.json() };
    },
    put: async (product: object) => {
      const body = JSON.stringify({ products: [product] });
      return (await fetch(`${url}/products`, { method: 'PUT', headers, body })).status;
    },
    recommended: async (user: string): Promise<string[]> => {
      const answer = await fetch(`${url}/recommendations/${user}`, { headers });
      const { recommendations } = (await answer.json()) as {
        recommendations: { product_id: string; reason: string }[];
      };
      return recommendations.filter(({ reason }) => reason !== 'trending').map(({ product_id }) => product_id);
    },
  };
}

const view = (user_id: string, product_id: string) => ({
  type: 'product_view',
  user_id,
  session_id: user_id,
  product_id,
});

/** Others looked at tea and cups; this visitor looks at tea, puts it into the cart and buys it. */
async function shop(client: Client): Promise<void> {
  const others = ['x', 'y', 'z'].flatMap((user) => [view(user, 'tea'), view(user, 'cup')]);
  expect(await client.post(others)).toEqual({ status: 202, body: { accepted: 6, rejected: [] } });
  expect((await client.post([view('ada', 'tea')])).status).toBe(202);
  const recommended = await eventually(
    () => client.recommended('ada'),
    (products) => products.includes('cup'),
  );
  expect(recommended[0]).toBe('cup');
  const items = [{ product_id: 'tea', quantity: 1, unit_price: '4.50' }];
  await client.post([
    { type: 'add_to_cart', user_id: 'ada', product_id: 'tea', quantity: 2 },
    { type: 'purchase', user_id: 'ada', order_id: 'o-1', currency: 'EUR', items },
  ]);
}

async function expectBooked({ database_url, bi_url }: RunningSystem): Promise<void> {
  const cart = () =>
    query(database_url, "select product_id, quantity::int from user_cart_summary where user_id = 'ada'");
  const left = await eventually(cart, (rows) => rows[0]?.quantity === 1);
  expect(left).toEqual([{ product_id: 'tea', quantity: 1 }]);
  const revenue = await query(
    bi_url,
    'select currency, sum(net)::float8 as net from analytics.realtime_revenue group by 1',
  );
  expect(revenue).toEqual([{ currency: 'EUR', net: 4.5 }]);
}

async function poison(brokers: string[]): Promise<void> {
  const producer = new Kafka({ brokers, clientId: 'poison', logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const values = ['not json', null, '[]', '{"type":"product_view","user_id":"\\u0000"}'];
  const messages = values.flatMap((value) =>
    Array.from({ length: 12 }, (_, partition) => ({ key: 'k', value, partition })),
  );
  await producer.send({ topic: 'product_views', messages });
  await producer.disconnect();
}

test('an event posted over HTTP becomes rows, a tile and the next recommendation, and survives a restart', async () => {
  await withDataFolder(async (dataDir) => {
    const first = await startSystem(dataDir, 'auto');
    try {
      await shop(clientOf(first));
      await expectBooked(first);
      if (first.kafka !== null) {
        await poison(first.kafka);
        const letters = () =>
          query(first.database_url, 'select reason, count(*)::int from dead_letters group by 1 order by 1');
        const isComplete = (rows: Record<string, unknown>[]) =>
          rows.reduce((sum, row) => sum + Number(row.count), 0) === 48;
        expect(await eventually(letters, isComplete)).toEqual([
          { reason: 'invalid_event', count: 24 },
          { reason: 'not_json', count: 12 },
          { reason: 'tombstone', count: 12 },
        ]);
        await clientOf(first).post([view('bob', 'cup')]);
        expect(
          await eventually(
            () => clientOf(first).recommended('bob'),
            (products) => products.includes('tea'),
          ),
        ).toContain('tea');
      }
    } finally {
      expect(await stopSystem(first)).toBe(0);
    }
    expect(existsSync(path.join(dataDir, 'runtime.json'))).toBe(false);
    const second = await startSystem(dataDir, 'auto');
    try {
      expect(second.keys).toEqual(first.keys);
      await expectBooked(second);
    } finally {
      await stopSystem(second);
    }
  });
}, 240_000);

test('does the same on the embedded log, and recommends a product whose first view came a moment ago', async () => {
  await withDataFolder(async (dataDir) => {
    const system = await startSystem(dataDir, 'embedded');
    try {
      expect(system.kafka).toBeNull();
      const client = clientOf(system);
      await shop(client);
      await expectBooked(system);
      await client.post([view('x', 'newcomer')]);
      await client.post([view('eve', 'tea')]);
      const toldOf = await eventually(
        () => client.recommended('eve'),
        (products) => products.includes('newcomer'),
      );
      expect(toldOf).toContain('newcomer');
      expect(await client.put({ product_id: 'cup', hidden: true })).toBe(200);
      expect(await client.recommended('ada')).not.toContain('cup');
    } finally {
      expect(await stopSystem(system)).toBe(0);
    }
  });
}, 240_000);
