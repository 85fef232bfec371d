import { parseArgs } from 'node:util';
import * as z from 'zod';
import { readPrivateJson } from '../../local/engines/private-file.ts';
import { withScratch } from '../engines/with-scratch.ts';
import { writePlot } from '../report/write-plot.ts';
import { writeResults } from '../report/write-results.ts';
import { addVisits, type Filled, fillHistory, fillUpToNow, settle } from './fill-history.ts';
import { measureViews, type ViewTimes, writePlans } from './measure-views.ts';
import { rememberHistory, type ShopDatabase, withShopDatabase } from './shop-database.ts';
import { endDaySoon } from './shop-day.ts';

/**
 * How long the BI views take a BI tool, by length of history at the same number of events a day, and on a busy day.
 *
 *   npm run bench -- dashboards [--sizes 1000000,10000000,50000000] [--busy]
 *
 * `--folder F` keeps the database there, and the next run fills only what is missing; `--only fill` and `--only measure` do
 * one of the two. Figures of other sizes that are in the results already stay.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000000,10000000,50000000' },
    busy: { type: 'boolean', default: false },
    folder: { type: 'string' },
    only: { type: 'string' },
  },
});
/** Ten million in sixty days. */
const EVENTS_PER_DAY = 166_667;
/** What a busy day has beside. */
const BUSY_EVENTS = 1_000_000;
const DAY_MS = 86_400_000;
const RESULTS = new URL('../results/dashboards.json', import.meta.url);

type Row = ViewTimes & { history: string; days: number };

const rowSchema = z.object({
  ...{ history: z.string(), days: z.number(), view: z.string(), rows: z.number(), first_ms: z.number() },
  ...{ p50: z.number(), p95: z.number(), max: z.number() },
});

const daysOf = ({ from, to }: Filled) => Math.round((+to - +from) / DAY_MS);

async function fill(folder: string, events: number): Promise<void> {
  await withShopDatabase(folder, async ({ ownerUrl, filled }) => {
    const wanted = { events, eventsPerDay: EVENTS_PER_DAY, filled };
    if (filled !== undefined && (daysOf(filled) + 1) * EVENTS_PER_DAY > events) return;
    const history = await fillUpToNow(ownerUrl, EVENTS_PER_DAY, await fillHistory(ownerUrl, wanted));
    await settle(ownerUrl);
    await rememberHistory(folder, history);
  });
}

async function makeBusy(folder: string): Promise<void> {
  await withShopDatabase(folder, async ({ ownerUrl, filled }) => {
    if (filled === undefined) throw new Error(`${folder} holds no history to add a busy day to`);
    const day = { filled, from: new Date(+filled.to - DAY_MS), to: filled.to, eventsPerDay: BUSY_EVENTS };
    await rememberHistory(folder, await addVisits(ownerUrl, day));
    await settle(ownerUrl);
  });
}

async function measure({ ownerUrl, biUrl, filled }: ShopDatabase, folder: string, name: string): Promise<Row[]> {
  if (filled === undefined) throw new Error('there is no history yet; run without --only, or with --only fill, first');
  await endDaySoon(ownerUrl);
  const history = await fillUpToNow(ownerUrl, EVENTS_PER_DAY, filled);
  await rememberHistory(folder, history);
  const times = await measureViews(biUrl);
  await writePlans(biUrl, name);
  return times.map((row) => ({ history: name, days: daysOf(history), ...row }));
}

async function runCase(folder: string, name: string, prepare: () => Promise<void>): Promise<Row[]> {
  if (values.only !== 'measure') await prepare();
  if (values.only === 'fill') return [];
  // A server that has just started, so that the first call shows what it is to come first.
  return withShopDatabase(folder, async (database) => {
    const rows = await measure(database, folder, name);
    console.table(rows);
    return rows;
  });
}

async function write(rows: readonly Row[]): Promise<void> {
  const before = (await readPrivateJson(RESULTS.pathname, z.object({ rows: z.array(rowSchema) })))?.rows ?? [];
  const names = new Set(rows.map(({ history }) => history));
  const all = [...before.filter(({ history }) => !names.has(history)), ...rows].sort((a, b) => a.days - b.days);
  const settings = { events_per_day: EVENTS_PER_DAY, busy_day_events: EVENTS_PER_DAY + BUSY_EVENTS };
  await writeResults('dashboards', 'npm run bench -- dashboards --busy', { ...settings, rows: all });
  await writePlot('dashboards', {
    title: 'BI views, 95th percentile of 60 calls each',
    rows: all,
    ...{ mark: 'bar', x: 'history', y: 'p95', series: 'view' },
    axes: { x: 'events in history', y: 'milliseconds' },
  });
}

async function runAll(folder: string): Promise<void> {
  const sizes = values.sizes.split(',').map(Number);
  const rows: Row[] = [];
  for (const size of sizes) rows.push(...(await runCase(folder, `${size / 1e6} M`, () => fill(folder, size))));
  const busy = `${(sizes.at(-1) ?? 0) / 1e6} M, busy day`;
  if (values.busy) rows.push(...(await runCase(folder, busy, () => makeBusy(folder))));
  if (rows.length > 0) await write(rows);
}

// What was begun is ended when this is interrupted.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
if (values.folder === undefined) await withScratch(({ folder }) => runAll(folder));
else await runAll(values.folder);
