import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { messageOf } from '../../platform/errors.ts';
import { endOffsets, lagByGroup } from '../../test/chaos/engines/topics.ts';
import type { Point } from './flatness.ts';
import { heapsOf } from './heaps.ts';
import { figuresOf, partsOf } from './process-figures.ts';
import type { SoakedSystem } from './system.ts';

const EVERY_MS = 5_000;
/** To collect garbage stops a process for a moment: seldom enough not to be the load. */
const HEAPS_EVERY = 12;

const CONNECTIONS = `select usename as role, count(*)::int as connections from pg_stat_activity
  where usename is not null and pid <> pg_backend_pid() group by 1`;

export type Sampler = {
  /** By figure, such as `memory/api`. */
  series: ReadonlyMap<string, readonly Point[]>;
  /** Why a sample could not be read, for each that could not. */
  unread: readonly string[];
  /** Records that no consumer has committed. */
  lag(): Promise<number>;
  stop(): Promise<void>;
};

/** Reads every figure of the system each five seconds, its heaps each minute, until it is stopped. */
export async function startSampler(system: SoakedSystem): Promise<Sampler> {
  const admin = new Kafka({ brokers: system.brokers, logLevel: logLevel.NOTHING }).admin();
  const client = new pg.Client({ connectionString: system.database_url });
  // A connection that is lost is told by the sample that needs it.
  client.on('error', () => undefined);
  await Promise.all([admin.connect(), client.connect()]);
  const series = new Map<string, Point[]>();
  const unread: string[] = [];
  const stopping = new AbortController();
  const startedMs = Date.now();

  async function sample(turn: number): Promise<void> {
    const minute = (Date.now() - startedMs) / 60_000;
    const parts = await partsOf(system.pid);
    const heaps = turn % HEAPS_EVERY === 0 ? await heapsOf(parts, system.heapFolder) : [];
    const figures = [...(await figuresOf(parts)), ...(await connections(client)), ...(await lags(admin)), ...heaps];
    const line = JSON.stringify({ minute, ...Object.fromEntries(figures) });
    await appendFile(join(system.dataDir, 'samples.jsonl'), `${line}\n`);
    for (const [name, value] of figures) addPoint(series, name, { minute, value });
  }

  async function run(): Promise<void> {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const dueMs = startedMs + turn * EVERY_MS - Date.now();
      if (dueMs > 0) await sleep(dueMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await sample(turn).catch((error: unknown) => unread.push(messageOf(error)));
    }
  }

  const running = run();
  return {
    ...{ series, unread },
    lag: async () => [...(await lags(admin)).values()].reduce((sum, lag) => sum + lag, 0),
    stop: async () => {
      stopping.abort();
      await running;
      await Promise.all([admin.disconnect(), client.end()]);
    },
  };
}

function addPoint(series: Map<string, Point[]>, name: string, point: Point): void {
  const points = series.get(name) ?? [];
  points.push(point);
  series.set(name, points);
}

async function lags(admin: Admin): Promise<Map<string, number>> {
  const lags = await lagByGroup(admin, await endOffsets(admin));
  return new Map([...lags].map(([group, lag]) => [`lag/${group}`, lag]));
}

async function connections(client: pg.Client): Promise<[string, number][]> {
  const { rows } = await client.query<{ role: string; connections: number }>(CONNECTIONS);
  return rows.map(({ role, connections }) => [`connections/${role}`, connections]);
}
