import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { during, expectWaiting } from '../../brackets/open-transaction.ts';
import { store } from '../../delivery/store.ts';
import { startContractServer } from '../contract-server.ts';
import { runBazaar, startBazaar } from './run-bazaar.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(inject('runFolder'), 'results-'));
});
afterAll(() => database.close());

/** The result, when it is one line of JSON and nothing else. */
async function resultOf(...args: string[]): Promise<{ status: number | null; result: Record<string, unknown> }> {
  const { status, output } = await runBazaar([...args, '--json'], { DATABASE_URL: database.url });
  expect(output.split('\n')).toHaveLength(2);
  return { status, result: JSON.parse(output) };
}

test('audit and rebuild say by status and JSON whether the aggregates are right', async () => {
  await store(database, [{ type: 'product_view', user_id: 'u', product_id: 'p' }]);
  expect(await resultOf('audit')).toMatchObject({ status: 0, result: { differences: 0, listed: [] } });
  await database.rows('update product_popularity set views = 5');
  const wrong = { table: 'product_popularity', key: { product_id: 'p' }, stored: { views: 5 }, derived: { views: 1 } };
  expect(await resultOf('audit')).toMatchObject({ status: 1, result: { differences: 1, listed: [wrong] } });
  expect(await resultOf('rebuild', 'product_popularity')).toMatchObject({
    result: { rebuilt: ['product_popularity'] },
  });
  expect(await resultOf('audit')).toMatchObject({ status: 0 });
});

test('migrate is done when there is nothing to do, and train says that there is too little history', async () => {
  expect(await resultOf('migrate')).toEqual({ status: 0, result: { applied: [] } });
  expect(await resultOf('train', '--threads', '1')).toMatchObject({ status: 0, result: { status: 'refused' } });
});

const event = (product_id: string) => JSON.stringify({ type: 'product_view', user_id: 'u', product_id });

test('replay ends with 0 when all is accepted, 1 when some is not, and 2 when the key is refused', async () => {
  const server = await startContractServer();
  const to = ['--url', server.url, '--key', 'sk_x', '--data-dir', folder, '--json'];
  const [good, torn] = [join(folder, 'good.ndjson'), join(folder, 'torn.ndjson')];
  await writeFile(good, [event('a'), event('b')].join('\n'));
  await writeFile(torn, [event('c'), '{"type":'].join('\n'));
  const first = await runBazaar(['replay', good, ...to]);
  expect([first.status, JSON.parse(first.output)]).toMatchObject([0, { accepted: 2, rejected: 0 }]);
  const second = await runBazaar(['replay', torn, ...to]);
  expect([second.status, JSON.parse(second.output)]).toMatchObject([1, { rejected: 1, rejections: [{ line: 2 }] }]);
  server.failures.push({ status: 401 });
  const refused = await runBazaar(['replay', torn, ...to]);
  expect(refused).toMatchObject({
    status: 2,
    output: '',
    errors: expect.stringMatching(/the api refuses these requests: 401/),
  });
  const simulated = await runBazaar(['simulate', '--seconds', '1', '--rate', '20', ...to]);
  expect([simulated.status, JSON.parse(simulated.output)]).toMatchObject([0, { rejected: 0, unanswered: 0 }]);
  await server.close();
});

test('an interrupted replay ends at once with 130, and the next one goes on where it was', async () => {
  const server = await startContractServer();
  const file = join(folder, 'long.ndjson');
  await writeFile(file, Array.from({ length: 300 }, (_, n) => event(`p${n}`)).join('\n'));
  const args = ['replay', file, '--url', server.url, '--key', 'sk_x', '--data-dir', folder];
  const { child, ended } = startBazaar([...args, '--rate', '50']);
  await expect.poll(() => server.accepted.length, { timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130, output: '', errors: expect.stringMatching(/interrupted\n$/) });
  const rest = await runBazaar([...args]);
  expect(rest).toMatchObject({ status: 0, errors: expect.stringMatching(/^goes on at line/) });
  expect(rest.output).toMatch(/^accepted 300 {2}rejected 0/);
  await server.close();
});

test('an interrupted audit ends with 130 while it waits', async () => {
  await during(database.url, [{ text: 'lock table raw_product_views', params: [] }], async () => {
    const { child, ended } = startBazaar(['audit'], { DATABASE_URL: database.url });
    await expectWaiting(database, 'Lock');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 130, output: '' });
  });
});
