import { setTimeout as sleep } from 'node:timers/promises';
import { drive } from '../../local/shoppers/drive.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Ledger } from './ledger.ts';
import { MINUTE_MS, type Plan, plannedEvents, plannedTimes } from './plan.ts';
import type { SoakedSystem } from './system.ts';

/** A browser sends what a visitor did within a second or so. */
const EVENTS_PER_BODY = 4;
const MAX_REQUESTS_UNDER_WAY = 64;
const GIVE_UP_MS = 30_000;
const ASKS_PER_SECOND = 5;
const WINDOWS = 2;
const WINDOW_OPEN_MS = 60_000;
const STRANGERS_EVERY = 4;
const KNOWN_VISITORS = 20_000;

/** What the load was answered. */
export type LoadResult = {
  /** Of the planned ones those are not sent that the machine had no time for before the plan's end. */
  events: { planned: number; sent: number; accepted: number; rejected: number; unanswered: number };
  ackMs: number[];
  recommendations: number;
  recommendMs: number[];
  /** The first of each kind, and how many there were. */
  failures: Map<string, number>;
};

/** Sends the plan's events, asks for recommendations and keeps the live page open in two windows, until the plan's end. */
export async function runLoad(system: SoakedSystem, plan: Plan, ledger: Ledger): Promise<LoadResult> {
  const failures = new Map<string, number>();
  const note = (text: string) => void failures.set(text, (failures.get(text) ?? 0) + 1);
  const startMs = Date.now();
  const end = new AbortController();
  const asking = askAtRate(system, end.signal, note);
  const windows = Array.from({ length: WINDOWS }, (_, index) => keepWindowOpen(system, index, end.signal));
  try {
    const { ackMs, ...counts } = await drive(
      { url: system.url, key: system.keys.sk },
      plannedEvents(plan, { seed: 1, startMs }),
      {
        stop: AbortSignal.timeout(plan.minutes * MINUTE_MS),
        giveUpAfterMs: GIVE_UP_MS,
        maxEvents: EVENTS_PER_BODY,
        maxRequestsUnderWay: MAX_REQUESTS_UNDER_WAY,
        onError: note,
        onAnswer: ledger.note.bind(ledger),
      },
    );
    end.abort();
    const recommendMs = await asking;
    const events = { planned: [...plannedTimes(plan)].length, ...counts };
    return { events, ackMs, recommendations: recommendMs.length, recommendMs, failures };
  } finally {
    end.abort();
    await Promise.all([...windows, asking]);
  }
}

/** Asks for visitors, some of them strangers; gives how long each answer took, in milliseconds. */
async function askAtRate(system: SoakedSystem, signal: AbortSignal, note: (text: string) => void): Promise<number[]> {
  const times: number[] = [];
  const underWay = new Set<Promise<void>>();
  for (let turn = 0; !signal.aborted; turn += 1) {
    const visitor =
      turn % STRANGERS_EVERY === 0 ? `stranger-${turn}` : `shopper-${1 + ((turn * 7_919) % KNOWN_VISITORS)}`;
    const asking = ask(system, visitor)
      .then(
        (ms) => void times.push(ms),
        (error: unknown) => note(`recommendations: ${reasonOf(error)}`),
      )
      .finally(() => underWay.delete(asking));
    underWay.add(asking);
    await sleep(1_000 / ASKS_PER_SECOND, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay);
  return times;
}

async function ask({ url, keys }: SoakedSystem, visitor: string): Promise<number> {
  const startedMs = performance.now();
  const response = await fetch(`${url}/recommendations/${visitor}`, {
    headers: { 'x-api-key': keys.sk },
    signal: AbortSignal.timeout(GIVE_UP_MS),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return performance.now() - startedMs;
}

/** What `fetch` says of a network error stands in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
  return `${messageOf(error)}${cause}`;
}

/** A person who watches the live page, and opens it anew each minute. */
async function keepWindowOpen({ url }: SoakedSystem, index: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const until = AbortSignal.any([signal, AbortSignal.timeout(WINDOW_OPEN_MS)]);
    try {
      const response = await fetch(`${url}/live?visitor=window-${index}`, { signal: until });
      for await (const _ of response.body ?? []) if (until.aborted) break;
    } catch {
      // The minute is over, or the system is: the next window says which.
      await sleep(100);
    }
  }
}
