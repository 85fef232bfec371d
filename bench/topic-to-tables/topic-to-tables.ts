import { parseArgs } from 'node:util';
import { topics } from '../../events/topics.ts';
import { createTopics } from '../../local/engines/topics.ts';
import { type Engines, withEngines } from '../engines/with-engines.ts';
import { writePlot } from '../report/write-plot.ts';
import { writeResults } from '../report/write-results.ts';
import { type BareRows, bareTables, countRows, envelopesOf, takeBareRows } from './bare-rows.ts';
import { summaryOf } from './rounds.ts';
import { runCopy } from './run-copy.ts';
import { runDebezium } from './run-debezium.ts';
import { runOurs } from './run-ours.ts';
import { runTutorial } from './run-tutorial.ts';
import { copyDatabase, inDatabase, migrateDatabase, runSql } from './scratch-databases.ts';
import { shopTopics } from './shop-topics.ts';
import { fillTopics, withAdmin } from './topics-of-records.ts';
import type { Watched } from './watch-groups.ts';

/**
 * From the topics into the tables: our consumers, which keep every aggregate, beside COPY, Debezium's sink and a tutorial's
 * consumer, which keep rows alone (the last one aggregate), and our path with that task. The same events in turns on one machine; each is measured behind a
 * warm-up of its own.
 *
 *   npm run bench -- topic-to-tables [--rounds 3] [--beside CHECKOUT]     CHECKOUT: another state of this repository, also in turns
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '200000' },
    consumers: { type: 'string', default: '1,2' },
    batches: { type: 'string', default: '2000' },
    beside: { type: 'string' },
    only: { type: 'string', default: 'copy,debezium,tutorial,rows,ours' },
  },
});
const WARM_UP_EVENTS = 40_000;
const measured = Number(values.events);
const range = { from: WARM_UP_EVENTS, to: WARM_UP_EVENTS + measured };
const PARTITIONS = topics.product_views.partitions;
const OURS = 'ours';
const only = new Set(values.only.split(','));
const consumerCounts = values.consumers.split(',').map(Number);
const batches = values.batches.split(',').map(Number);

type Contestant = [name: string, group: string, run: () => Promise<Watched>];
type Ours = { name: string; tree: string; template: string; consumers: number; maxRecords?: number };
const here = { tree: process.cwd(), template: 'bazaar' };
const variants: Ours[] = consumerCounts.flatMap((consumers) =>
  batches.map((maxRecords) => ({ ...here, name: `BazaarStream, ${consumers} × ${maxRecords}`, consumers, maxRecords })),
);
if (values.beside !== undefined)
  variants.push({ name: 'BazaarStream before', tree: values.beside, template: 'before', consumers: 1 });

await withEngines(async (engines) => {
  await prepareTopics(engines);
  const ours = (variant: Ours) => runVariant(engines, variant);
  await ours({ ...here, name: 'first', consumers: 1 });
  const rows = await prepareRivals(engines);
  const contestants: Contestant[] = [
    ['COPY', 'copy', () => runCopy(engines, rows)],
    ['Debezium', 'debezium', () => runDebezium(engines, rows, range)],
    ['tutorial', 'tutorial', () => runTutorial(engines, rows)],
    ['BazaarStream, rows alone', 'rows', () => runRowsAlone(engines, rows)],
    ...variants.map((variant): Contestant => [variant.name, 'ours', () => ours(variant)]),
  ];
  const runs: { name: string; watched: Watched }[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, group, run] of contestants) {
      if (!only.has(group)) continue;
      const watched = await run();
      console.error(name, JSON.stringify(watched));
      runs.push({ name, watched });
    }
    await report(runs);
  }
});

async function prepareTopics({ kafka, postgres }: Engines): Promise<void> {
  await createTopics(kafka.brokers);
  await fillTopics(kafka.brokers, shopTopics(range.to), PARTITIONS);
  if (values.beside !== undefined)
    await migrateDatabase(postgres.url, 'before', new URL('sql/', `file://${values.beside}/`));
}

async function runVariant(engines: Engines, { template, ...variant }: Ours): Promise<Watched> {
  const databaseUrl = await copyDatabase(engines.postgres.url, template, OURS);
  return runOurs(engines, { ...variant, databaseUrl, ...range });
}

/** Ours with Debezium's task: each row once into a table with a primary key, and no aggregate. */
async function runRowsAlone(engines: Engines, { databaseUrl, count }: BareRows): Promise<Watched> {
  const grants = bareTables.map(({ bare }) => `grant select, insert on ${bare} to bazaar_writer`);
  await runSql(databaseUrl, `truncate ${bareTables.map(({ bare }) => bare).join()}`, ...grants, 'checkpoint');
  const watched = await runOurs(engines, { ...here, databaseUrl, consumers: 1, rowsAlone: true, ...range });
  const stored = await countRows(databaseUrl);
  if (stored !== count) throw new Error(`rows alone: ${stored} are stored of ${count}`);
  return watched;
}

/** The rows that our consumers stored last, as the rivals need them. */
async function prepareRivals({ kafka, postgres, folder }: Engines): Promise<BareRows> {
  const source = inDatabase(postgres.adminUrl, OURS);
  if (only.has('debezium')) {
    const sinkTopics = bareTables.map(({ bare }) => ({ topic: bare, numPartitions: PARTITIONS }));
    await withAdmin(kafka.brokers, (admin) => admin.createTopics({ topics: sinkTopics }));
    await fillTopics(kafka.brokers, await envelopesOf(source), PARTITIONS);
  }
  return takeBareRows(source, folder);
}

async function report(runs: readonly { name: string; watched: Watched }[]): Promise<void> {
  const summary = summaryOf(runs);
  console.table(summary);
  await writeResults('topic-to-tables', 'npm run bench -- topic-to-tables', { events: measured, summary, runs });
  await writePlot('topic-to-tables', {
    title: 'From the topics into the tables',
    rows: Object.entries(summary).map(([name, row]) => ({ name, rate: row.events_per_second })),
    ...{ mark: 'bar', x: 'name', y: 'rate', axes: { x: '', y: 'events a second (median)' } },
  });
}
