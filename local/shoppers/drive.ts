import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';
import { messageOf } from '../../platform/errors.ts';
import { postEvents } from '../sender/post-events.ts';
import type { Target } from '../sender/target.ts';
import type { TimedEvent } from './crowd.ts';

/** Latency of each accepted or rejected event from request to answer, in milliseconds, and the counts. */
export type DriveResult = { sent: number; accepted: number; rejected: number; unanswered: number; ackMs: number[] };

const TICK_MS = 50;
const MAX_REQUESTS_IN_FLIGHT = 8;
/** The newest latencies are enough for percentiles, and an endless run must not grow. */
const MAX_LATENCIES_KEPT = 100_000;

/**
 * Sends events when their time has come, until `stop` is set or the events end; what is under way then is waited for.
 * A batch that the API does not acknowledge within `giveUpAfterMs` is counted as unanswered and not sent again.
 */
export async function drive(
  target: Target,
  events: Iterator<TimedEvent>,
  options: { stop: AbortSignal; giveUpAfterMs: number; onError?: (message: string) => void },
): Promise<DriveResult> {
  const result: DriveResult = { sent: 0, accepted: 0, rejected: 0, unanswered: 0, ackMs: [] };
  const underWay = new Set<Promise<void>>();
  let upcoming = events.next();
  while (!upcoming.done && !options.stop.aborted) {
    const due: string[] = [];
    while (!upcoming.done && upcoming.value.atMs <= Date.now() && due.length < MAX_EVENTS_PER_BATCH) {
      due.push(JSON.stringify(upcoming.value.event));
      upcoming = events.next();
    }
    if (due.length > 0) {
      const sending = send(target, due, result, options).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    if (underWay.size >= MAX_REQUESTS_IN_FLIGHT) await Promise.race(underWay);
    else if (due.length < MAX_EVENTS_PER_BATCH) await sleep(TICK_MS);
  }
  await Promise.all(underWay);
  return result;
}

async function send(
  target: Target,
  events: readonly string[],
  result: DriveResult,
  options: { giveUpAfterMs: number; onError?: (message: string) => void },
): Promise<void> {
  const startedAt = performance.now();
  result.sent += events.length;
  try {
    const verdict = await postEvents(target, events, { giveUpAfterMs: options.giveUpAfterMs });
    result.accepted += verdict.accepted;
    result.rejected += verdict.rejected.length;
    const first = verdict.rejected[0];
    if (first !== undefined) options.onError?.(`rejected: ${first.code}: ${first.message}`);
    const ackMs = performance.now() - startedAt;
    for (const _ of events) result.ackMs.push(ackMs);
    if (result.ackMs.length > MAX_LATENCIES_KEPT) result.ackMs.splice(0, result.ackMs.length - MAX_LATENCIES_KEPT / 2);
  } catch (error) {
    result.unanswered += events.length;
    options.onError?.(messageOf(error));
  }
}

/** The latency that the given share (0 to 1) of all events stays within, in milliseconds; 0 for none. */
export function percentile(latenciesMs: readonly number[], share: number): number {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
