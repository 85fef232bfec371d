/** What is published, as somebody who installs it has it: from the archive, in a folder far from this repository. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { bundleClient } from '../../local/page/client-bundle.ts';
import { eventually } from '../flow/running-system.ts';
import { KEYS, openShop, type Shop } from './running-shop.ts';

const MAX_GZIP_BYTES = 5_000;
const TIMEOUT_MS = 120_000;
const run = promisify(execFile);
const CLIENT = new URL('../../client/', import.meta.url).pathname;
const TSC = new URL('../../node_modules/.bin/tsc', import.meta.url).pathname;

let shop: Shop;
let consumer: string;
beforeAll(async () => {
  consumer = await mkdtemp(join(inject('runFolder'), 'consumer-'));
  const installed = join(consumer, 'node_modules/@bazaarstream/client');
  await mkdir(installed, { recursive: true });
  const packing = run('npm', ['pack', '--silent', '--pack-destination', consumer], {
    cwd: CLIENT,
    timeout: TIMEOUT_MS,
  });
  [shop] = await Promise.all([openShop(), packing]);
  const [archive = ''] = (await readdir(consumer)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed], { cwd: consumer });
}, TIMEOUT_MS);
afterAll(() => shop.close());

const ORDER = `{ order_id: 'o-1', user_id: 'ada', currency: 'EUR', items: [{ product_id: 'tea', quantity: 1, unit_price: '4.50' }] }`;
const PROGRAM = (url: string) => `
  import { createTracker } from '@bazaarstream/client';
  const tracker = createTracker({ url: '${url}', key: '${KEYS.sk}' });
  tracker.purchase(${ORDER});
  await tracker.close();
`;

test('lets a Node program send a purchase and end', async () => {
  const program = join(consumer, 'buy.mjs');
  await writeFile(program, PROGRAM(shop.apiUrl));
  await run(process.execPath, [program], { cwd: consumer, timeout: TIMEOUT_MS });
  const read = () => shop.database.rows('select user_id, order_id from raw_purchases');
  expect(await eventually(read, ({ length }) => length > 0)).toEqual([{ user_id: 'ada', order_id: 'o-1' }]);
});

test('has types that stand by themselves and refuse what the contract does not know', async () => {
  const options = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
  };
  await writeFile(join(consumer, 'package.json'), '{ "type": "module" }');
  await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['shop.ts'] }));
  const shopFile = (call: string) => `
    import { createTracker, type EventVerdict, type Tracker } from '@bazaarstream/client';
    const onVerdict = (verdict: EventVerdict) => verdict.status === 'rejected' && verdict.path;
    const tracker: Tracker = createTracker({ url: 'https://api.example', key: 'pk_x', onVerdict });
    const id: string = tracker.viewProduct(${call});
  `;
  const check = () => run(TSC, [], { cwd: consumer, timeout: TIMEOUT_MS });
  await writeFile(join(consumer, 'shop.ts'), shopFile("{ product_id: 'tea', unit_price: 4.5, currency: 'EUR' }"));
  await check();
  await writeFile(join(consumer, 'shop.ts'), shopFile("{ product_id: 'tea', colour: 'green' }"));
  await expect(check()).rejects.toMatchObject({ stdout: expect.stringContaining('colour') });
});

test('stays under 5 kB for pages, from the archive as from the server of a page', async () => {
  const archived = await readFile(join(consumer, 'node_modules/@bazaarstream/client/dist/tracker.js'), 'utf8');
  const entry = { contents: "export { createTracker } from '@bazaarstream/client'", resolveDir: consumer };
  const bundled = await build({
    stdin: entry,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const codes = [archived, bundled.outputFiles[0]?.text ?? '', await bundleClient()];
  for (const code of codes) expect(gzipSync(code, { level: 9 }).length).toBeLessThan(MAX_GZIP_BYTES);
  for (const code of codes) expect(code).not.toContain('secret key need');
});
