import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import * as z from 'zod';
import { createKeepAliveClient } from '../http/keep-alive-client.ts';
import { parentOf } from '../report/processes.ts';
import { quantiles } from '../report/quantiles.ts';
import { writeResults } from '../report/write-results.ts';
import { pinProcesses } from './pin-processes.ts';

/**
 * `GET /recommendations` and freshness under load, through HTTP.
 *
 *   npm run bench -- recommendations --data-dir D --rate 100 --events 500 --seconds 60
 *
 * beside a running `npm start -- --no-traffic --no-training` on a database that `fill-shop.ts` filled and `npm run train`
 * trained on. Half of the requests are for visitors who came lately, a quarter for their page, a quarter for strangers. With
 * `--pin`, what answers recommendations has one core: the app and its proxy in a process of their own (`serve-alone.ts`), and
 * the backends of PostgreSQL that read for it. What brings the events in, and this script, have the others.
 *
 * Freshness: a new visitor views a product, and asks until the answer is not what a stranger gets.
 */
const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: '.bazaar' },
    rate: { type: 'string', default: '100' },
    events: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    pin: { type: 'boolean', default: false },
  },
});
const [rate, eventRate, seconds] = [Number(values.rate), Number(values.events), Number(values.seconds)];
const GIVE_UP_MS = 10_000;
const EVENTS_PER_POST = 10;
const PROBES_PER_SECOND = 1;
const POLL_MS = 25;
const CONNECTIONS = 24;
const WARM_ROUNDS = 10;
/** Of the same load, not counted: compilers of Node and planners of the database are done after that. */
const WARM_SECONDS = 15;
const MEASURING_PRIORITY = -10;

const runtimeSchema = z.object({
  url: z.string(),
  pid: z.int(),
  database_url: z.string(),
  keys: z.object({ sk: z.string() }),
});
const runtime = runtimeSchema.parse(JSON.parse(await readFile(`${values['data-dir']}/runtime.json`, 'utf8')));
const headers = { 'content-type': 'application/json', 'x-api-key': runtime.keys.sk };

const answerSchema = z.object({
  model_version: z.string(),
  recommendations: z.array(z.object({ product_id: z.string() })),
});

/** Who answers recommendations. */
let server = { url: runtime.url, pid: runtime.pid };
// On one core the threads that collect garbage in parallel would wait for each other.
const execArgv = ['--single-threaded-gc'];
const alone = values.pin
  ? fork(new URL('serve-alone.ts', import.meta.url), [values['data-dir']], { execArgv })
  : undefined;
if (alone !== undefined) {
  const [port] = await once(alone, 'message', { signal: AbortSignal.timeout(GIVE_UP_MS) });
  server = { url: `http://127.0.0.1:${port}`, pid: Number(alone.pid) };
}

const [reads, writes] = [createKeepAliveClient(server.url, headers), createKeepAliveClient(runtime.url, headers)];

async function ask(path: string): Promise<{ ms: number; products: string[]; model: string }> {
  const { status, text, ms } = await reads.send('GET', path);
  if (status !== 200) throw new Error(`the API answered ${status}: ${text}`);
  const { recommendations, model_version } = answerSchema.parse(JSON.parse(text));
  return { ms, products: recommendations.map(({ product_id }) => product_id), model: model_version };
}

async function post(events: object[]): Promise<void> {
  const { status, text } = await writes.send('POST', '/events', JSON.stringify({ events }));
  if (status !== 202) throw new Error(`the API answered ${status}: ${text}`);
}

/** What the load draws from: real visitors and products of the last days. */
async function readPopulation() {
  const client = new pg.Client({ connectionString: runtime.database_url });
  await client.connect();
  const size = `select (select count(*) from raw_product_views) + (select count(*) from raw_cart_events) as events, (select count(*) from products) as products`;
  try {
    const { rows } = await client.query(`select anonymous_id, product_id from raw_product_views
      where occurred_at > now() - interval '5 days' and anonymous_id is not null limit 200000`);
    const recent = rows as { anonymous_id: string; product_id: string }[];
    return { recent, size: (await client.query(size)).rows[0] };
  } finally {
    await client.end();
  }
}

const { recent, size } = await readPopulation();
const draw = () => recent[Math.floor(Math.random() * recent.length)] ?? { anonymous_id: 'none', product_id: 'none' };
const kinds = {
  visitor: () => `/recommendations/${draw().anonymous_id}`,
  page: () => `/recommendations/${draw().anonymous_id}?product_id=${draw().product_id}`,
  cold: () => `/recommendations/stranger-${Math.random()}`,
};
type Kind = keyof typeof kinds;
const times: Record<Kind | 'fresh', number[]> = { visitor: [], page: [], cold: [], fresh: [] };
const failures: string[] = [];
const noted = (work: Promise<unknown>) => work.catch((error: unknown) => failures.push(String(error)));

/** Calls `work` so many times a second, however long each takes. */
async function atRate(perSecond: number, forSeconds: number, work: (n: number) => Promise<unknown>): Promise<void> {
  const begin = performance.now();
  const all: Promise<unknown>[] = [];
  for (let n = 0; n < perSecond * forSeconds; n += 1) {
    const due = begin + (n * 1000) / perSecond - performance.now();
    if (due > 0) await sleep(due);
    all.push(noted(work(n)));
  }
  await Promise.all(all);
}

async function probe(n: number): Promise<void> {
  const visitor = `fresh-${Date.now()}-${n}`;
  const path = `/recommendations/${visitor}`;
  const before = new Set((await ask(path)).products);
  const start = performance.now();
  await post([{ type: 'product_view', user_id: visitor, product_id: draw().product_id }]);
  while (performance.now() - start < GIVE_UP_MS) {
    if ((await ask(path)).products.some((product) => !before.has(product))) {
      times.fresh.push(performance.now() - start);
      return;
    }
    await sleep(POLL_MS);
  }
  throw new Error('the answer did not change');
}

async function pinToOneCore(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: runtime.database_url });
  await client.connect();
  try {
    const backends = await client.query(
      'select pid, usename = $1 as reads, pg_backend_pid() as own from pg_stat_activity where usename is not null',
      ['bazaar_reader'],
    );
    const rows = backends.rows as { pid: number; reads: boolean; own: number }[];
    const postgres = await parentOf(rows[0]?.own ?? 0);
    const readers = rows.filter(({ reads }) => reads).map(({ pid }) => pid);
    const roots = [runtime.pid, ...(postgres === undefined ? [] : [postgres])];
    return await pinProcesses(roots, new Set([server.pid, ...readers]));
  } finally {
    await client.end();
  }
}

/** What measures must not wait for what is measured; only root may say so. */
function preferThisProcess(): void {
  try {
    setPriority(MEASURING_PRIORITY);
  } catch {
    console.error('not root: this process waits for the processor like the others, which makes times longer');
  }
}

const view = (n: number) => ({
  type: 'product_view',
  user_id: `loader-${n % 5_000}`,
  session_id: `loader-${n % 5_000}`,
  product_id: draw().product_id,
});

// Every connection of the pool plans the statements once.
for (let round = 0; round < WARM_ROUNDS; round += 1)
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => ask(n % 3 === 0 ? kinds.cold() : kinds.page())));
const { model } = await ask('/trending');
const unpin = values.pin ? await pinToOneCore() : undefined;
preferThisProcess();
const order: Kind[] = ['visitor', 'page', 'visitor', 'cold'];

async function load(forSeconds: number): Promise<void> {
  await Promise.all([
    atRate(rate, forSeconds, async (n) => {
      const kind = order[n % order.length] ?? 'visitor';
      times[kind].push((await ask(kinds[kind]())).ms);
    }),
    atRate(eventRate / EVENTS_PER_POST, forSeconds, (n) =>
      post(Array.from({ length: EVENTS_PER_POST }, (_, e) => view(n * EVENTS_PER_POST + e))),
    ),
    atRate(PROBES_PER_SECOND, forSeconds, probe),
  ]);
}

try {
  await load(WARM_SECONDS);
  for (const ms of Object.values(times)) ms.length = 0;
  await load(seconds);
} finally {
  await unpin?.();
}
const all = [...times.visitor, ...times.page, ...times.cold];
const rows = Object.entries({ ...times, all }).map(([kind, ms]) => ({ kind, requests: ms.length, ...quantiles(ms) }));
console.table(rows);
console.log(`${failures.length} failures ${failures.slice(0, 3).join('; ')}`);
const name = values.pin ? 'recommendations-one-core' : 'recommendations';
const command = `npm run bench -- recommendations --rate ${rate} --events ${eventRate} --seconds ${seconds}${values.pin ? ' --pin' : ''}`;
const measured = {
  model,
  ...size,
  rate,
  eventRate,
  warm_seconds: WARM_SECONDS,
  seconds,
  pinned: values.pin,
  rows,
  failures: failures.length,
};
await writeResults(name, command, measured);
if (failures.length > 0) process.exitCode = 1;
alone?.disconnect();
reads.close();
writes.close();
