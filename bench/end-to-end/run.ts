import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { withScratch } from '../engines/with-scratch.ts';
import { createKeepAliveClient } from '../http/keep-alive-client.ts';
import { quantiles } from '../report/quantiles.ts';
import { writePlot } from '../report/write-plot.ts';
import { writeResults } from '../report/write-results.ts';
import { measureRate, seed } from './measure-rate.ts';
import { STAGES } from './probe.ts';
import { type RunningSystem, startSystem } from './start-system.ts';

/**
 * How long after `POST /events` what happened stands in the aggregate, is seen by BI tools and changes recommendations, at
 * several rates and batching windows of the consumers. Starts a system of its own for each window, and ends it.
 *
 *   npm run bench -- end-to-end [--rates 100,1000,5000] [--windows 0,500] [--seconds 30] [--port 3200]
 */
const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '100,1000,5000' },
    windows: { type: 'string', default: '0,500' },
    seconds: { type: 'string', default: '30' },
    port: { type: 'string', default: '3200' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const [rates, windows, seconds] = [numbers(values.rates), numbers(values.windows), Number(values.seconds)];
const MEASURING_PRIORITY = -10;
/** A probe looks with at most two at a time, and few probes wait at once. */
const CONNECTIONS = 8;

type Row = Awaited<ReturnType<typeof measureRate>> & { window_ms: number };

function measureWindow(windowMs: number): Promise<Row[]> {
  return withScratch(async ({ folder }) => {
    const system = await startSystem(join(folder, 'system'), Number(values.port), windowMs);
    try {
      return await measureRates(system, windowMs);
    } finally {
      await system.stop();
    }
  });
}

async function measureRates(system: RunningSystem, windowMs: number): Promise<Row[]> {
  const headers = { 'content-type': 'application/json', 'x-api-key': system.keys.sk };
  const ports = {
    client: createKeepAliveClient(system.url, headers),
    owner: new pg.Pool({ connectionString: system.database_url, max: CONNECTIONS }),
    bi: new pg.Pool({ connectionString: system.bi_url, max: CONNECTIONS }),
  };
  const rows: Row[] = [];
  try {
    await seed(ports);
    for (const rate of rates) rows.push({ window_ms: windowMs, ...(await measureRate(ports, rate, seconds)) });
  } finally {
    ports.client.close();
    await Promise.all([ports.owner.end(), ports.bi.end()]);
  }
  return rows;
}

/** What measures must not wait for what is measured; only root may say so. */
function preferThisProcess(): void {
  try {
    setPriority(MEASURING_PRIORITY);
  } catch {
    console.error('not root: this process waits for the processor like the others, which makes times longer');
  }
}

preferThisProcess();
const measured: Row[] = [];
for (const windowMs of windows) measured.push(...(await measureWindow(windowMs)));
const rows = measured.flatMap(({ window_ms, events_per_second, times }) =>
  STAGES.map((stage) => ({
    ...{ window_ms, events_per_second, stage, samples: times[stage].length },
    ...quantiles(times[stage]),
  })),
);
const runs = measured.map(({ times: _times, ...run }) => run);
console.table(rows);
console.table(runs);
const command = `npm run bench -- end-to-end --rates ${values.rates} --windows ${values.windows} --seconds ${seconds}`;
await writeResults('end-to-end', command, { seconds, rows, runs });
await writePlot('end-to-end', {
  title: 'from POST /events until it is seen, 99th percentile',
  rows: rows.map(({ window_ms, stage, ...row }) => ({
    ...row,
    series: `${stage.replaceAll('_', ' ')}, window ${window_ms} ms`,
  })),
  ...{ mark: 'line', x: 'events_per_second', y: 'p99', series: 'series' },
  axes: { x: 'events a second', y: 'milliseconds' },
  logarithmic: { x: true, y: true },
});
