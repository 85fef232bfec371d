import pg from 'pg';
import { type Topic, topicNames } from '../../events/topics.ts';
import { defaultAssumptions } from '../../lib/cost/assumptions.ts';
import { shownRates } from '../../lib/cost/cost-table.ts';
import type { Postgres } from '../../local/engines/postgres.ts';
import { processorSeconds } from '../report/processor-time.ts';
import { fitLine, type Line } from './fit-line.ts';
import type { FunctionCall, Functions } from './functions.ts';
import { ranNs } from './metered-call.ts';

const NS_PER_SECOND = 1e9;
/** The rates of docs/cost.md, as what comes in one batching window: so large are the batches that consumers get there. */
export const writingLoads = shownRates
  .filter((rate) => rate > 0)
  .map((rate) => ({ rate, eventsPerWindow: Math.round(rate * defaultAssumptions.batchingWindowSeconds) }));
/** Few windows of many events, many of few, so that each load takes its time. */
const windowsOf = (eventsPerWindow: number) => Math.max(40, Math.round(1_000 / eventsPerWindow));
const WARM_WINDOWS = 10;
const HISTORY = { does: 'write', windows: 120, eventsPerWindow: 500 } as const;

/** How many events `measureWriting` writes in all. */
export function eventsWritten(rounds: number): number {
  const ofLoads = writingLoads.map(({ eventsPerWindow: n }) => n * (WARM_WINDOWS + rounds * windowsOf(n)));
  return ofLoads.reduce((sum, events) => sum + events, HISTORY.windows * HISTORY.eventsPerWindow);
}

export type Parts = 'functionMs' | 'databaseMs' | 'ms' | 'walBytes' | 'toNeon' | 'fromNeon';
const parts: readonly Parts[] = ['functionMs', 'databaseMs', 'ms', 'walBytes', 'toNeon', 'fromNeon'];
/** A topic's batches at one rate: means for a batch. */
export type Batches = { topic: Topic; rate: number; batches: number; eventsPerBatch: number } & Record<Parts, number>;
export type Writing = {
  batches: Batches[];
  /** What a batch and an event of a topic cost, over all rates. */
  lines: Record<Topic, Record<Parts, Line>>;
  /** Log bytes for an event while each page's first change after a checkpoint is logged as a whole. */
  walBytesWithImages: number;
  /** Processor time of the server's other processes for a second of the backends'. */
  backgroundShare: number;
};

/** Writes a history, then measures what the consumers get at each of the rates, in turns. */
export async function measureWriting(functions: Functions, postgres: Postgres, rounds: number): Promise<Writing> {
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  try {
    await admin.query('checkpoint');
    const history = await functions.ask(HISTORY);
    // Neon's compute writes none: its storage keeps whole pages.
    await admin.query('alter system set full_page_writes = off');
    await admin.query('select pg_reload_conf()');
    await admin.query('vacuum analyze');
    for (const { eventsPerWindow } of writingLoads)
      await functions.ask({ does: 'write', windows: WARM_WINDOWS, eventsPerWindow });
    const before = await processorTimes(admin, postgres.pid);
    const calls: { rate: number; call: FunctionCall }[] = [];
    for (let round = 0; round < rounds; round += 1)
      for (const { rate, eventsPerWindow } of writingLoads) {
        const asked = await functions.ask({ does: 'write', windows: windowsOf(eventsPerWindow), eventsPerWindow });
        calls.push(...asked.map((call) => ({ rate, call })));
      }
    await admin.query('checkpoint');
    const after = await processorTimes(admin, postgres.pid);
    const clients = after.clients - before.clients;
    const batches = meansOf(calls);
    return {
      batches,
      lines: linesOf(batches),
      walBytesWithImages: total(history, 'walBytes') / total(history, 'events'),
      backgroundShare:
        Math.max(0, after.all - before.all - clients) /
        (total(
          calls.map(({ call }) => call),
          'databaseMs',
        ) /
          1e3),
    };
  } finally {
    await admin.end();
  }
}

/** Seconds of the whole server, and of the backends of clients that are connected. */
async function processorTimes(admin: pg.Client, server: number): Promise<{ all: number; clients: number }> {
  const { rows } = await admin.query(`select pid from pg_stat_activity where backend_type = 'client backend'`);
  const clients = rows.reduce((sum, { pid }) => sum + ranNs(Number(pid)), 0) / NS_PER_SECOND;
  return { all: await processorSeconds([server]), clients };
}

function total(calls: readonly FunctionCall[], part: Parts | 'events'): number {
  return calls.reduce((sum, call) => sum + call[part], 0);
}

function meansOf(calls: readonly { rate: number; call: FunctionCall }[]): Batches[] {
  return writingLoads.flatMap(({ rate }) =>
    topicNames.flatMap((topic) => {
      const of = calls.filter((each) => each.rate === rate && each.call.topic === topic).map(({ call }) => call);
      if (of.length === 0) return [];
      const mean = (part: Parts | 'events') => total(of, part) / of.length;
      const means = Object.fromEntries(parts.map((part) => [part, mean(part)])) as Record<Parts, number>;
      return [{ topic, rate, batches: of.length, eventsPerBatch: mean('events'), ...means }];
    }),
  );
}

function linesOf(batches: readonly Batches[]): Record<Topic, Record<Parts, Line>> {
  const lineOf = (topic: Topic, part: Parts) =>
    fitLine(batches.filter((of) => of.topic === topic).map((of) => ({ events: of.eventsPerBatch, cost: of[part] })));
  const ofTopic = (topic: Topic) => Object.fromEntries(parts.map((part) => [part, lineOf(topic, part)]));
  return Object.fromEntries(topicNames.map((topic) => [topic, ofTopic(topic)])) as Writing['lines'];
}
