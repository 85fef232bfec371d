import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import * as z from 'zod';

/**
 * How long it takes from `POST /events` until the event stands in `product_popularity`, while a steady stream flows.
 *
 *   npm run bench:latency -- --rate 200 --seconds 20 --data-dir .bazaar     (beside a running `npm start -- --no-traffic`)
 *
 * One event in twenty is a probe: a view of a product that nobody else views, looked for every 2 ms.
 */
const PROBE_EVERY = 20;
const POLL_MS = 2;
const GIVE_UP_MS = 10_000;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    'data-dir': { type: 'string', default: '.bazaar' },
  },
});
const runtimeSchema = z.object({ url: z.string(), database_url: z.string(), keys: z.object({ sk: z.string() }) });
const runtime = runtimeSchema.parse(JSON.parse(await readFile(path.join(values['data-dir'], 'runtime.json'), 'utf8')));
const pool = new pg.Pool({ connectionString: runtime.database_url, max: 10 });

async function post(productId: string, visitor: number): Promise<void> {
  const body = {
    type: 'product_view',
    anonymous_id: `bench-${visitor}`,
    session_id: `bench-${visitor}`,
    product_id: productId,
  };
  const response = await fetch(`${runtime.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': runtime.keys.sk },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(GIVE_UP_MS),
  });
  if (response.status !== 202) throw new Error(`the API answered ${response.status}`);
}

async function probe(productId: string, visitor: number): Promise<number> {
  const start = performance.now();
  await post(productId, visitor);
  while (performance.now() - start < GIVE_UP_MS) {
    const { rowCount } = await pool.query('select from product_popularity where product_id = $1', [productId]);
    if (rowCount === 1) return performance.now() - start;
    await sleep(POLL_MS);
  }
  throw new Error(`${productId} did not arrive within ${GIVE_UP_MS} ms`);
}

const total = Number(values.rate) * Number(values.seconds);
const gapMs = 1000 / Number(values.rate);
const started = performance.now();
const [probes, others]: [Promise<number>[], Promise<void>[]] = [[], []];
for (let n = 0; n < total; n += 1) {
  await sleep(Math.max(0, started + n * gapMs - performance.now()));
  if (n % PROBE_EVERY === 0) probes.push(probe(`probe-${Date.now()}-${n}`, n % 97));
  else others.push(post(`bench-${n % 50}`, n % 97));
}
const times = (await Promise.all(probes)).sort((a, b) => a - b);
await Promise.all(others);
await pool.end();
const at = (share: number) =>
  (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN).toFixed(0);
console.log(
  `${total} events at ${values.rate}/s, ${times.length} probes: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`,
);
