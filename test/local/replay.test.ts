import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replay } from '../../local/replay/replay.ts';
import { startContractServer } from './contract-server.ts';

const REES46_HEADER = 'event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session';
const RETAILROCKET_HEADER = 'timestamp,visitorid,event,itemid,transactionid';
const view = (n: number) => `2019-10-01 00:00:00 UTC,view,${n},9,shoes.run,acme,12.50,u${n},s1`;

let folder: string;
let server: Awaited<ReturnType<typeof startContractServer>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
  server = await startContractServer();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
const run = (file: string, more: object = {}) =>
  replay({ url: server.url, key: 'sk_x' }, { file, currency: 'USD', dataDir: folder, giveUpAfterMs: 5_000, ...more });
const accepted = (): object[] => server.accepted;

test('maps rows of rees46 to events with category, price and session', async () => {
  const rows = [
    view(1),
    '2019-10-01 00:00:09 UTC,purchase,7,9,,,3.10,u2,',
    '2019-10-01 00:00:09 UTC,cart,7,9,,,3.10,u2,',
  ];
  const result = await run(write('a.csv', [REES46_HEADER, ...rows, ''].join('\n')));
  expect(result).toMatchObject({ accepted: 3, rejected: 0, finished: true });
  expect(accepted()[0]).toMatchObject({
    ...{ type: 'product_view', occurred_at: '2019-10-01T00:00:00Z', product_id: '1', category: 'shoes.run' },
    ...{ brand: 'acme', unit_price: '12.50', currency: 'USD', user_id: 'u1', session_id: 's1' },
  });
  const items = [{ product_id: '7', quantity: 1, unit_price: '3.10' }];
  expect(accepted()[1]).toMatchObject({ type: 'purchase', order_id: expect.stringMatching(/^rees46-.+-3$/), items });
  expect(accepted()[1]).not.toHaveProperty('session_id');
  expect(accepted()[2]).toMatchObject({ type: 'add_to_cart', quantity: 1 });
});

test('gives a row the same id from another path and packed, and equal rows ids of their own', async () => {
  const content = [REES46_HEADER, view(1), view(1)].join('\n');
  await run(write('a.csv', content));
  await run(write('b.data', gzipSync(content)));
  const ids = server.accepted.map((event) => event.event_id);
  expect(ids.slice(2)).toEqual(ids.slice(0, 2));
  expect(new Set(ids).size).toBe(2);
});

test('gathers the rows of one retailrocket transaction into one order, wherever they stand', async () => {
  const rows = [
    ...['1433440854985,5,transaction,350,8693.0', '1433440854985,6,view,351,', '1433440854985,5,transaction,352,8693'],
    ...['1433440854985,6,addtocart,351,', '1433440854985,6,transaction,351,99'],
  ];
  const result = await run(write('r.csv', [RETAILROCKET_HEADER, ...rows].join('\n')));
  expect(result).toMatchObject({ accepted: 4, rejected: 0, skipped: 1 });
  const orders = server.accepted.filter((event) => event.type === 'purchase');
  expect(orders.map((order) => [order.order_id, order.items.map((item) => item.product_id)])).toEqual([
    ['8693', ['350', '352']],
    ['99', ['351']],
  ]);
  expect(accepted()[0]).toMatchObject({ occurred_at: '2015-06-04T18:00:54.985Z', user_id: '5' });
});

test('keeps ids and times of ndjson and repeats those that it had to make up', async () => {
  const own = { event_id: '00000000-0000-4000-8000-000000000001', occurred_at: '2026-01-01T00:00:00Z' };
  const event = { type: 'product_view', product_id: 'p', user_id: 'u' };
  const file = write('e.ndjson', [{ ...event, ...own }, event].map((line) => JSON.stringify(line)).join('\n'));
  await run(file);
  await run(file);
  expect(accepted()[0]).toMatchObject(own);
  expect(server.accepted.slice(2)).toEqual(server.accepted.slice(0, 2));
});

test('reports a torn row and a refused event with their lines and sends the rest', async () => {
  const rows = [view(1), '2019-10-01 00:00:00 UTC,view,3', view(2).replace('12.50', '-1'), 'x,view,1,,,,,u,', view(4)];
  const result = await run(write('a.csv', [REES46_HEADER, ...rows, '2019-10-01 00:00:00 UTC,"'].join('\n')));
  expect(result).toMatchObject({ accepted: 2, rejected: 4 });
  expect(result.rejections.map(({ line, code }) => [line, code])).toEqual([
    ...[
      [3, 'bad_row'],
      [4, 'invalid'],
      [5, 'bad_row'],
      [7, 'bad_row'],
    ],
  ]);
});

test('waits as long as Retry-After asks and repeats the same batch after 429, 503 and a broken answer', async () => {
  server.failures.push({ status: 429, headers: { 'retry-after': '1' } }, { status: 503 }, { status: 200 });
  const result = await run(write('a.csv', [REES46_HEADER, view(1)].join('\n')));
  expect(result).toMatchObject({ accepted: 1, rejected: 0 });
  expect(server.requests).toHaveLength(4);
  expect((server.requests[1]?.atMs ?? 0) - (server.requests[0]?.atMs ?? 0)).toBeGreaterThan(990);
});

test('goes on at the first unacknowledged line after a failure and counts the whole file', async () => {
  const file = write('a.csv', [REES46_HEADER, ...Array.from({ length: 3_000 }, (_, n) => view(n))].join('\n'));
  server.failures.push({ status: 202 });
  const down = Array.from({ length: 50 }, () => ({ status: 503, headers: { 'retry-after': '9' } }));
  const stopped = run(file, { onProgress: () => server.failures.push(...down.splice(0)), giveUpAfterMs: 1_000 });
  await expect(stopped).rejects.toThrow(/no acknowledgement/);
  server.failures.length = 0;
  const seen: number[] = [];
  const result = await run(file, { onProgress: (progress: { next_line: number }) => seen.push(progress.next_line) });
  expect(result).toMatchObject({ accepted: 3_000, finished: true });
  expect(new Set(server.accepted.map((event) => event.event_id)).size).toBe(3_000);
});

test('never sends more than 500 events or 1 MiB in one request', async () => {
  const name = 'x'.repeat(490);
  const event = { type: 'product_view', product_id: 'p', user_id: 'u', name, category: name, brand: name };
  const large = { ...event, context: { page_url: 'y'.repeat(1_900), referrer: 'z'.repeat(1_900) } };
  const lines = [...Array.from({ length: 600 }, () => large), ...Array.from({ length: 1_100 }, () => event)];
  const result = await run(write('e.ndjson', lines.map((line) => JSON.stringify(line)).join('\n')));
  expect(result).toMatchObject({ accepted: 1_700, rejected: 0 });
  expect(Math.max(...server.requests.map(({ count }) => count))).toBeLessThanOrEqual(500);
});

test('keeps nothing of the key in its progress file', async () => {
  await run(write('a.csv', [REES46_HEADER, view(1)].join('\n')));
  const { readdirSync } = await import('node:fs');
  const kept = readdirSync(join(folder, 'replay')).map((name) => name + readFileSync(join(folder, 'replay', name)));
  expect(kept).toHaveLength(1);
  expect(kept.join()).not.toContain('sk_x');
});
