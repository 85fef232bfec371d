import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../local/shoppers/random.ts';
import { lastLine, startEvaluate } from './evaluate-command.ts';

const SHELVES = 40;
const PRODUCTS_PER_SHELF = 5;

let folder: string;
let args: string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
  await chmod(folder, 0o755);
  const [train, test] = [join(folder, 'train.gz'), join(folder, 'test.tsv')];
  const random = createRandom(1);
  const visits = Array.from({ length: 800 }, () => visit(random));
  writeFileSync(train, gzipSync(visits.map((products) => `${products.join(' ')}\n`).join('')));
  writeFileSync(test, Array.from({ length: 150 }, () => questionOf(visit(random))).join(''));
  args = ['--train', train, '--test', test, '--json'];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** All five products of a shelf in any order: what comes next is on the same shelf, which popularity cannot know. */
function visit(random: ReturnType<typeof createRandom>): string[] {
  const shelf = random.below(SHELVES);
  const products = Array.from({ length: PRODUCTS_PER_SHELF }, (_, n) => `p${shelf}-${n}`);
  return products
    .map((product) => [random.next(), product] as const)
    .sort(([a], [b]) => a - b)
    .map(([, product]) => product);
}

const questionOf = (products: readonly string[]) => `${products.slice(0, -1).join(' ')}\t${products.at(-1)}\n`;
const run = (more: string[] = []) => startEvaluate([...args, ...more], { TMPDIR: folder }).end();
const leftovers = () => readdirSync(folder).filter((name) => !/^t(rain|est)\./.test(name));
const withoutTimes = (metrics: object) =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith('latency')));

test('loads, trains and asks: finds what popularity cannot, says what lag costs, twice the same, and leaves nothing', async () => {
  const { status, output, errors } = await run(['--lag']);
  expect(errors + status).toMatch(/0$/);
  const { metrics, ...details } = lastLine(output);
  expect(metrics.hr_at_20).toBeGreaterThan(0.9);
  expect(metrics.item_knn_hr_at_20).toBeGreaterThan(0.9);
  expect(metrics.popularity_hr_at_20).toBeLessThan(0.3);
  expect(metrics.novel_share).toBe(1);
  expect(metrics.latency_p99_ms).toBeGreaterThanOrEqual(metrics.latency_p50_ms ?? Number.NaN);
  expect(metrics.lag_0_hr_at_20).toBe(metrics.hr_at_20);
  for (const lag of [1, 2, 3])
    expect(metrics[`lag_${lag}_mrr_at_20`]).toBeLessThanOrEqual(metrics.lag_0_mrr_at_20 ?? 0);
  expect(details).toMatchObject({
    train: { sessions: 800, clicks: 4_000, products: 200 },
    test: { rows: 150, rows_of_four_and_more: 150 },
    seed: 1,
    model: { status: 'published', asked: expect.not.stringMatching('untrained') },
  });
  expect(errors).toMatch(/^model +\d\.\d{4}/m);
  expect(leftovers()).toEqual([]);
  expect(withoutTimes(lastLine((await run(['--lag'])).output).metrics)).toEqual(withoutTimes(metrics));
}, 180_000);

test('leaves nothing behind when it is interrupted while it works', async () => {
  const { child, errors, end } = startEvaluate(args, { TMPDIR: folder });
  await expect.poll(errors, { timeout: 40_000 }).toMatch(/^training/m);
  expect(leftovers()).not.toEqual([]);
  child.kill('SIGINT');
  expect(await end()).toMatchObject({ status: 130, output: '' });
  expect(leftovers()).toEqual([]);
});

test('names the file and the line that it cannot read, before it starts anything', async () => {
  const file = join(folder, 'test.broken');
  writeFileSync(file, 'a b\tc\nno tab here\n');
  const { status, output, errors } = await startEvaluate([...args.slice(0, 3), file], { TMPDIR: folder }).end();
  expect({ status, output }).toEqual({ status: 2, output: '' });
  expect(errors).toMatch(/test\.broken, line 2: needs one tab/);
  expect(leftovers()).toEqual([]);
});
