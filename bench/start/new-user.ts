import { execFile, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import * as z from 'zod';
import { readPrivateJson } from '../../local/engines/private-file.ts';
import { familyOf } from '../report/processes.ts';

/** Milliseconds from `npm start` on until each of these was seen. */
export type Moments = { ready: number; healthy: number; first_bi_row: number; first_recommendation: number };
type Line = { ms: number; line: string };
/** `said`: what it printed, and when. */
export type Started = { moments: Moments; said: Line[]; stop(): Promise<void> };

const runtimeSchema = z.object({
  ...{ url: z.string(), bi_url: z.string(), pid: z.int() },
  keys: z.object({ sk: z.string() }),
});
const healthSchema = z.object({ status: z.literal('ok') });
const answerSchema = z.object({ recommendations: z.array(z.unknown()).min(1) });

const TIMEOUT_MS = 300_000;
const POLL_MS = 20;
const STOP_GRACE_MS = 30_000;

/**
 * The environment of somebody who has just cloned: nothing of the npm script that runs this, and caches of its own. npm and
 * Maven keep their settings, since those say where this machine's registries are.
 */
export function newUsersEnvironment(caches: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE|INIT_CWD)/.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const maven = `${process.env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${join(caches, 'maven')}`.trim();
  return {
    ...Object.fromEntries(inherited),
    ...{ PATH: path.join(delimiter), DATABASE_URL: '', KAFKA_BROKERS: '' },
    ...{ npm_config_cache: join(caches, 'npm'), XDG_CACHE_HOME: join(caches, 'xdg'), MAVEN_OPTS: maven },
  };
}

/** Clones the repository as it was last committed, through git's own transport. Milliseconds. */
export async function cloneRepository(source: URL, target: string): Promise<number> {
  const start = performance.now();
  await promisify(execFile)('git', ['clone', '--quiet', source.href, target]);
  return Math.round(performance.now() - start);
}

/**
 * Runs `npm start` in a clone, shoppers and all, and waits for what its user waits for.
 *
 * @throws Error when that does not come; then nothing of it runs any more.
 */
export async function startAsNewUser(options: {
  clone: string;
  dataDir: string;
  port: number;
  env: NodeJS.ProcessEnv;
}): Promise<Started> {
  const { clone, dataDir, port, env } = options;
  const startMs = performance.now();
  const args = ['start', '--', '--port', String(port), '--data-dir', dataDir];
  const npm = spawn('npm', args, { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const group = npm.pid ?? 0;
  const end = () => signal(-group, 'SIGTERM');
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    await stopSystem(group, dataDir);
  };
  const said: Line[] = [];
  const since = () => Math.round(performance.now() - startMs);
  const note = (line: string) => void (line.trim() === '' ? 0 : said.push({ ms: since(), line: line.trim() }));
  for (const output of [npm.stdout, npm.stderr]) createInterface({ input: output }).on('line', note);
  try {
    const ready = await readyAt(said, since, () => npm.exitCode === null);
    return { moments: await momentsOf(ready, dataDir, since), said, stop };
  } catch (error) {
    await stop();
    throw new Error(`npm start said: ${said.map(({ line }) => line).join('; ')}`, { cause: error });
  }
}

async function readyAt(said: readonly Line[], since: () => number, isRunning: () => boolean): Promise<number> {
  for (;;) {
    const ready = said.find(({ line }) => line.startsWith('ready '));
    if (ready !== undefined) return ready.ms;
    if (!isRunning() || since() > TIMEOUT_MS) throw new Error(`not ready after ${since()} ms`);
    await sleep(POLL_MS);
  }
}

async function momentsOf(ready: number, dataDir: string, since: () => number): Promise<Moments> {
  const seen = async (isThere: () => Promise<boolean>): Promise<number> => {
    while (!(await isThere())) {
      if (since() > TIMEOUT_MS) throw new Error(`not seen within ${TIMEOUT_MS} ms`);
      await sleep(POLL_MS);
    }
    return since();
  };
  const runtime = await readPrivateJson(join(dataDir, 'runtime.json'), runtimeSchema);
  if (runtime === undefined) throw new Error(`${dataDir} has no runtime.json`);
  const answers = async (path: string, schema: z.ZodType) => {
    const response = await fetch(runtime.url + path, { headers: { 'x-api-key': runtime.keys.sk } });
    return schema.safeParse(await response.json()).success;
  };
  const bi = new pg.Client({ connectionString: runtime.bi_url });
  await bi.connect();
  try {
    const [healthy, first_bi_row, first_recommendation] = await Promise.all([
      seen(() => answers('/health', healthSchema)),
      seen(async () => (await bi.query('select from analytics.top_viewed_items limit 1')).rowCount === 1),
      seen(() => answers('/recommendations/somebody-new', answerSchema)),
    ]);
    return { ready, healthy, first_bi_row, first_recommendation };
  } finally {
    await bi.end();
  }
}

/** Ends the system itself, since npm does not hand signals on; what does not end is killed. */
async function stopSystem(group: number, dataDir: string): Promise<void> {
  const runtime = await readPrivateJson(join(dataDir, 'runtime.json'), runtimeSchema);
  const family = await familyOf([group]);
  signal(runtime?.pid ?? -group, 'SIGTERM');
  const isRunning = () => [...family].some((pid) => signal(pid, 0));
  for (let waitedMs = 0; isRunning() && waitedMs < STOP_GRACE_MS; waitedMs += POLL_MS) await sleep(POLL_MS);
  for (const pid of family) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
