import { parseArgs } from 'node:util';
import { topics } from '../../events/topics.ts';
import { createTopics } from '../../local/engines/topics.ts';
import { type Engines, withEngines } from '../engines/with-engines.ts';
import { writePlot } from '../report/write-plot.ts';
import { writeResults } from '../report/write-results.ts';
import { fillDatabase } from './fill-database.ts';
import { type OursOptions, runOurs } from './run-ours.ts';
import { copyDatabase } from './scratch-databases.ts';
import type { Products } from './shop-records.ts';
import { shopTopics } from './shop-topics.ts';
import { emptyTopics, fillTopics } from './topics-of-records.ts';

/**
 * How our throughput changes with the batch, the partitions, the consumers, the size of the tables, and a product that half
 * of all events are about.
 *
 *   npm run bench -- growth [--only batch,partitions,consumers,size,hot] [--sizes 0,1000000,10000000]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'batch,partitions,consumers,size,hot' },
    sizes: { type: 'string', default: '0,1000000,10000000' },
    events: { type: 'string', default: '100000' },
  },
});
const WARM_UP_EVENTS = 20_000;
const BATCHES = [10, 50, 100, 500, 1_000, 2_000, 4_000];
const PARTITIONS = [1, 2, 4, 12];
const CONSUMERS = [1, 2, 3, 4];
const ALL_PARTITIONS = topics.product_views.partitions;
/** What a hot product may cost: it is to keep so much of the rate of evenly spread ones. */
const LEAST_SHARE_WHEN_HOT = 0.7;
/** A batch of few records is slow, and shows its pace in fewer. */
const EVENTS_OF_A_SMALL_BATCH = 10_000;
const SMALL_BATCH = 100;

const events = Number(values.events);
const only = new Set(values.only.split(','));

type Point = { x: number | string; eventsPerSecond: number; processorPerMillion: Record<string, number> };

const dimensions: Readonly<Record<string, (engines: Engines) => Promise<void>>> = {
  batch,
  consumers,
  size,
  partitions,
  hot,
};

await withEngines(async (engines) => {
  await createTopics(engines.kafka.brokers);
  for (const name of only) await dimensions[name]?.(engines);
});

async function fill({ kafka }: Engines, count: number, products?: Products): Promise<void> {
  await emptyTopics(kafka.brokers);
  await fillTopics(kafka.brokers, shopTopics(WARM_UP_EVENTS + events, products), count);
}

async function point(engines: Engines, x: number | string, options: Partial<OursOptions> = {}): Promise<Point> {
  const databaseUrl = options.databaseUrl ?? (await copyDatabase(engines.postgres.url, 'bazaar', 'ours'));
  const range = { from: WARM_UP_EVENTS, to: WARM_UP_EVENTS + events };
  const watched = await runOurs(engines, { tree: process.cwd(), consumers: 1, ...range, ...options, databaseUrl });
  const { eventsPerSecond, processorPerMillion } = watched;
  console.error(x, JSON.stringify({ eventsPerSecond, processorPerMillion }));
  return { x, eventsPerSecond, processorPerMillion };
}

async function batch(engines: Engines): Promise<void> {
  await fill(engines, ALL_PARTITIONS);
  const points: Point[] = [];
  for (const maxRecords of BATCHES) {
    const fewer =
      maxRecords <= SMALL_BATCH ? { from: maxRecords * 10, to: maxRecords * 10 + EVENTS_OF_A_SMALL_BATCH } : {};
    points.push(await point(engines, maxRecords, { maxRecords, ...fewer, isWhole: maxRecords > SMALL_BATCH }));
  }
  await report('batch', 'records of a batch', points, { x: true });
}

async function consumers(engines: Engines): Promise<void> {
  await fill(engines, ALL_PARTITIONS);
  const points: Point[] = [];
  for (const count of CONSUMERS) points.push(await point(engines, count, { consumers: count }));
  await report('consumers', 'consumer processes of each group', points);
}

async function partitions(engines: Engines): Promise<void> {
  const points: Point[] = [];
  for (const count of PARTITIONS) {
    await fill(engines, count);
    points.push(await point(engines, count));
  }
  await report('partitions', 'partitions of each topic', points);
}

async function size(engines: Engines): Promise<void> {
  await fill(engines, ALL_PARTITIONS);
  const points: Point[] = [];
  for (const rows of values.sizes.split(',').map(Number)) {
    const databaseUrl = await fillDatabase(engines.postgres.url, rows);
    points.push(await point(engines, rows, { databaseUrl, isWhole: rows === 0 }));
    // Filling takes longer with each; what was measured is kept.
    await report('size', 'raw rows before', points);
  }
}

async function hot(engines: Engines): Promise<void> {
  const points: Point[] = [];
  for (const products of ['uniform', 'hot', 'uniform', 'hot'] as const) {
    await fill(engines, ALL_PARTITIONS, products);
    points.push(await point(engines, products));
  }
  const rate = (kind: string) => points.filter(({ x }) => x === kind).reduce((sum, p) => sum + p.eventsPerSecond, 0);
  const share = rate('hot') / rate('uniform');
  console.error(`a hot product leaves ${(share * 100).toFixed(0)} % of the rate`);
  if (share < LEAST_SHARE_WHEN_HOT) process.exitCode = 1;
  await writeResults('growth-hot', 'npm run bench -- growth --only hot', { share, points });
}

async function report(what: string, axis: string, points: Point[], logarithmic: { x?: boolean } = {}): Promise<void> {
  await writeResults(`growth-${what}`, `npm run bench -- growth --only ${what}`, { events, points });
  await writePlot(`growth-${what}`, {
    title: `Throughput by ${axis}`,
    rows: points.map(({ x, eventsPerSecond }) => ({ x, rate: eventsPerSecond })),
    ...{ mark: 'line', x: 'x', y: 'rate', axes: { x: axis, y: 'events a second' }, logarithmic },
  });
}
