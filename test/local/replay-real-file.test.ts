import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { replay } from '../../local/replay/replay.ts';
import { startContractServer } from './contract-server.ts';

const FOLDER = resolve(import.meta.dirname, '../../../shared/data');
const REES46 = join(FOLDER, 'rees46_2019oct_first17k.csv.gz');
const RETAILROCKET = join(FOLDER, 'retailrocket_raw_sample_5000visitors.csv.gz');

async function sendAll(file: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'replay-'));
  const server = await startContractServer();
  try {
    const result = await replay({ url: server.url, key: 'sk_x' }, { file, currency: 'USD', dataDir });
    return { result, events: server.accepted };
  } finally {
    await server.close();
    rmSync(dataDir, { recursive: true });
  }
}

test.skipIf(!existsSync(REES46))(`sends all of the REES46 sample (skipped when absent: ${REES46})`, async () => {
  const { result, events } = await sendAll(REES46);
  expect(result).toMatchObject({ accepted: 17_435, rejected: 0, skipped: 0 });
  expect(new Set(events.map((event) => event.event_id)).size).toBe(17_435);
  const cents = events.reduce(
    (sum, event) => sum + (event.type === 'purchase' ? Math.round(Number(event.items[0]?.unit_price) * 100) : 0),
    0,
  );
  expect(cents).toBe(5_944_263);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  expect([count('product_view'), count('add_to_cart'), count('purchase')]).toEqual([17_056, 165, 214]);
});

test.skipIf(!existsSync(RETAILROCKET))(
  `sends the RetailRocket sample (skipped when absent: ${RETAILROCKET})`,
  async () => {
    const { result, events } = await sendAll(RETAILROCKET);
    expect(result.accepted + result.skipped).toBe(9_385);
    const orders = events.filter((event) => event.type === 'purchase');
    expect(new Set(orders.map((order) => order.order_id)).size).toBe(orders.length);
    expect(orders.flatMap((order) => order.items)).toHaveLength(46);
  },
);
