import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';
import { messageOf } from '../../platform/errors.ts';
import { postEvents, type Verdict } from '../sender/post-events.ts';
import type { Target } from '../sender/target.ts';
import type { TimedEvent } from './crowd.ts';
import type { Step } from './visit.ts';

/** Latency of each accepted or rejected event from request to answer, in milliseconds, and the counts. */
export type DriveResult = { sent: number; accepted: number; rejected: number; unanswered: number; ackMs: number[] };

export type DriveOptions = {
  stop: AbortSignal;
  giveUpAfterMs: number;
  /** In one request; as many as the API takes when absent. */
  maxEvents?: number;
  maxRequestsUnderWay?: number;
  onError?: (message: string) => void;
  /** Hears what the API said of the events of each request; of those that it did not answer, undefined. */
  onAnswer?: (events: readonly Step[], verdict: Verdict | undefined) => void;
};

const TICK_MS = 50;
const MAX_REQUESTS_UNDER_WAY = 8;
/** The newest latencies are enough for percentiles, and an endless run must not grow. */
const MAX_LATENCIES_KEPT = 100_000;

/**
 * Sends events when their time has come, until `stop` is set or the events end; what is under way then is waited for.
 * A batch that the API does not acknowledge within `giveUpAfterMs` is counted as unanswered and not sent again.
 */
export async function drive(target: Target, events: Iterator<TimedEvent>, options: DriveOptions): Promise<DriveResult> {
  const { stop, maxEvents = MAX_EVENTS_PER_BATCH, maxRequestsUnderWay = MAX_REQUESTS_UNDER_WAY } = options;
  const result: DriveResult = { sent: 0, accepted: 0, rejected: 0, unanswered: 0, ackMs: [] };
  const underWay = new Set<Promise<void>>();
  let upcoming = events.next();
  while (!upcoming.done && !stop.aborted) {
    const due: Step[] = [];
    while (!upcoming.done && upcoming.value.atMs <= Date.now() && due.length < maxEvents) {
      due.push(upcoming.value.event);
      upcoming = events.next();
    }
    if (due.length > 0) {
      const sending = send(target, due, result, options).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    if (underWay.size >= maxRequestsUnderWay) await Promise.race(underWay);
    else if (due.length < maxEvents) await sleep(TICK_MS);
  }
  await Promise.all(underWay);
  return result;
}

async function send(
  target: Target,
  events: readonly Step[],
  result: DriveResult,
  options: DriveOptions,
): Promise<void> {
  const startedAt = performance.now();
  result.sent += events.length;
  try {
    const texts = events.map((event) => JSON.stringify(event));
    const verdict = await postEvents(target, texts, { giveUpAfterMs: options.giveUpAfterMs });
    options.onAnswer?.(events, verdict);
    result.accepted += verdict.accepted;
    result.rejected += verdict.rejected.length;
    const first = verdict.rejected[0];
    if (first !== undefined) options.onError?.(`rejected: ${first.code}: ${first.message}`);
    const ackMs = performance.now() - startedAt;
    for (const _ of events) result.ackMs.push(ackMs);
    if (result.ackMs.length > MAX_LATENCIES_KEPT) result.ackMs.splice(0, result.ackMs.length - MAX_LATENCIES_KEPT / 2);
  } catch (error) {
    result.unanswered += events.length;
    options.onAnswer?.(events, undefined);
    options.onError?.(messageOf(error));
  }
}

/** The latency that the given share (0 to 1) of all events stays within, in milliseconds; 0 for none. */
export function percentile(latenciesMs: readonly number[], share: number): number {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
