import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withScratch } from '../engines/with-scratch.ts';
import { median } from '../report/quantiles.ts';
import { writeResults } from '../report/write-results.ts';
import { installedBytes, megabytesOf } from './installed-bytes.ts';
import { cloneRepository, type Moments, newUsersEnvironment, type Started, startAsNewUser } from './new-user.ts';

/**
 * What a new user waits for: `git clone`, then `npm start` until it is ready, healthy, shows the first row to a BI tool and
 * recommends the first product. Cold, with nothing installed and every cache empty; with its packages and a new data folder;
 * and again on the same data folder. Of what was last committed.
 *
 *   npm run bench -- start [--cold 1] [--rounds 3] [--port 3300]
 */
const { values } = parseArgs({
  options: {
    cold: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    port: { type: 'string', default: '3300' },
  },
});
const port = Number(values.port);
/** What is kept of the output: it also says keys and passwords. */
const STEPS = /^(installing|added|starting|fetching|migrations:) /;
const REPOSITORY = new URL('../../', import.meta.url);
type Run = { start: 'cold' | 'new data folder' | 'same data folder'; stopped_ms: number } & Moments;

async function timed(
  start: Run['start'],
  options: Parameters<typeof startAsNewUser>[0],
): Promise<Run & Pick<Started, 'said'>> {
  const { moments, said, stop } = await startAsNewUser(options);
  const stopping = performance.now();
  await stop();
  const run = { start, ...moments, stopped_ms: Math.round(performance.now() - stopping) };
  console.error(JSON.stringify(run));
  return { ...run, said };
}

await withScratch(async ({ folder }) => {
  const [clone, caches, data] = [join(folder, 'shop'), join(folder, 'caches'), join(folder, 'data')];
  const env = newUsersEnvironment(caches);
  const cold: { clone_ms: number; steps: Started['said'] }[] = [];
  const runs: Run[] = [];
  for (let nth = 0; nth < Number(values.cold); nth += 1) {
    for (const used of [clone, caches, data]) await rm(used, { recursive: true, force: true });
    const clone_ms = await cloneRepository(REPOSITORY, clone);
    const { said, ...run } = await timed('cold', { clone, dataDir: data, port, env });
    cold.push({ clone_ms, steps: said.filter(({ line }) => STEPS.test(line)) });
    runs.push(run);
  }
  const sizes = { ...(await installedBytes(clone, caches)), data_folder_mb: await megabytesOf(data) };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await rm(data, { recursive: true, force: true, maxRetries: 10 });
    for (const start of ['new data folder', 'same data folder'] as const) {
      const { said: _, ...run } = await timed(start, { clone, dataDir: data, port, env });
      runs.push(run);
    }
  }
  const summary = [...Map.groupBy(runs, ({ start }) => start)].map(([start, of]) => {
    const seconds = (moment: keyof Moments) => Math.round(median(of.map((run) => run[moment])) / 100) / 10;
    return {
      ...{ start, rounds: of.length, ready_s: seconds('ready'), healthy_s: seconds('healthy') },
      ...{ first_bi_row_s: seconds('first_bi_row'), first_recommendation_s: seconds('first_recommendation') },
    };
  });
  console.table(summary);
  console.table(sizes);
  const command = `npm run bench -- start --cold ${values.cold} --rounds ${values.rounds}`;
  await writeResults('start', command, { summary, sizes, cold, runs });
});
