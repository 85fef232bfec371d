import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installRivals } from '../engines/npm-rivals.ts';
import { withKafka } from '../engines/with-kafka.ts';
import { writePlot } from '../report/write-plot.ts';
import { writeResults } from '../report/write-results.ts';
import { startFunction, startServer } from './contestants.ts';
import { type Load, type Measured, measureInTurns } from './in-turns.ts';

/**
 * From a request to the log (acks=all): ours beside what only parses and answers, and beside the form that one writes first
 * (Fastify, zod, kafkajs).
 *
 *   npm run bench -- http-to-log [--rounds 5] [--only functions|servers] [--beside CHECKOUT]
 *
 * `functions`: one request in flight in a process, as Lambda has it, from the gateway's event to the answer. `servers`: the
 * local API as `npm start` runs it and the rivals as servers, over 1, 32 and 256 connections. CHECKOUT: another state of this
 * repository, measured with them.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' }, beside: { type: 'string' } },
});
const rounds = Number(values.rounds);

/** Requests of a turn: about half a second's worth. */
const FUNCTION_LOADS: readonly Load[] = [
  { events: 1, inFlight: 1, requests: 800 },
  { events: 10, inFlight: 1, requests: 500 },
  { events: 100, inFlight: 1, requests: 160 },
  { events: 500, inFlight: 1, requests: 50 },
];
const SERVER_LOADS: readonly Load[] = [1, 32, 256].flatMap((inFlight) => [
  { events: 1, inFlight, requests: 1_024 },
  { events: 10, inFlight, requests: 768 },
  { events: 100, inFlight, requests: 256 },
]);

function printAndKeep(into: Measured[], measured: readonly Measured[]): void {
  into.push(...measured);
  console.table(measured);
}

const trees = new Map([['ours', new URL('../../', import.meta.url)]]);
if (values.beside !== undefined) trees.set('beside', pathToFileURL(`${resolve(values.beside)}/`));

await installRivals();
await withKafka(async ({ brokers }, scratch) => {
  const setting = { scratch, brokers, trees };
  const [functions, servers]: [Measured[], Measured[]] = [[], []];
  if (values.only !== 'servers') {
    const names = ['bare', 'naive', ...trees.keys(), 'platformatic'];
    const contestants = await Promise.all(names.map((name) => startFunction(setting, name)));
    for (const load of FUNCTION_LOADS) printAndKeep(functions, await measureInTurns(contestants, load, rounds));
  }
  if (values.only !== 'functions') {
    const contestants = await Promise.all(['bare', 'naive', ...trees.keys()].map((name) => startServer(setting, name)));
    for (const load of SERVER_LOADS) printAndKeep(servers, await measureInTurns(contestants, load, rounds));
  }
  if (values.only !== undefined) return;
  await writeResults('http-to-log', 'npm run bench -- http-to-log', { rounds, functions, servers });
  await writePlot('http-to-log', {
    title: 'From the request to the log, one request in flight',
    rows: functions.map(({ name, events, p50_us }) => ({ name, events, ms: p50_us / 1_000 })),
    ...{ mark: 'line', x: 'events', y: 'ms', series: 'name' },
    axes: { x: 'events in a body', y: 'median milliseconds' },
    logarithmic: { x: true, y: true },
  });
});
