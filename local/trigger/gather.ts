import type { SourceRecord } from './source.ts';

export type Invoke = (records: readonly SourceRecord[]) => Promise<unknown>;

/** One invocation keeps the database busy, a second one keeps it busy while the first one's answer travels. */
const INVOCATIONS_AT_ONCE = 2;

type Waiting = { records: readonly SourceRecord[]; alone: boolean; resolve(): void; reject(error: unknown): void };

/**
 * Invokes a function with the records of several partitions at once, as Lambda does: what one fetch brought goes together,
 * and what arrives while invocations are under way goes with the next. Without a window there is no timer, so that a record
 * that is alone waits for nothing; with one, an invocation that is not full waits until its oldest record is `windowMs` old. Records that have
 * failed before are to be invoked alone, so that they fail nobody else; they have waited enough.
 */
export function createGatheringInvoke(
  invoke: Invoke,
  { maxRecords, windowMs }: { maxRecords: number; windowMs: number },
) {
  const queue: Waiting[] = [];
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  let isGathering = false;

  async function drain(): Promise<void> {
    running += 1;
    while (waitMs(queue, maxRecords, windowMs) <= 0) {
      await invokeWith(invoke, take(queue, maxRecords));
    }
    running -= 1;
    schedule();
  }

  function schedule(): void {
    isGathering = false;
    clearTimeout(timer);
    while (running < INVOCATIONS_AT_ONCE && waitMs(queue, maxRecords, windowMs) <= 0) void drain();
    if (running < INVOCATIONS_AT_ONCE && queue.length > 0)
      timer = setTimeout(schedule, waitMs(queue, maxRecords, windowMs));
  }

  return function gatheringInvoke(records: readonly SourceRecord[], alone: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ records, alone, resolve, reject });
      // The partitions of a fetch come one by one within a turn of the event loop.
      if (!isGathering) setImmediate(schedule);
      isGathering = true;
    });
  };
}

async function invokeWith(invoke: Invoke, taken: readonly Waiting[]): Promise<void> {
  try {
    await invoke(taken.flatMap(({ records }) => records));
    for (const { resolve } of taken) resolve();
  } catch (error) {
    for (const { reject } of taken) reject(error);
  }
}

/** Takes from the queue what goes into one invocation. */
function take(queue: Waiting[], maxRecords: number): Waiting[] {
  const taken: Waiting[] = [];
  let count = 0;
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    const fits = taken.length === 0 || (!next.alone && count + next.records.length <= maxRecords);
    if (!fits) break;
    count += next.records.length;
    taken.push(next);
    queue.shift();
    if (next.alone) break;
  }
  return taken;
}

/** Milliseconds until the next invocation is due: at once when it is full; for ever when there is nothing. */
function waitMs(queue: readonly Waiting[], maxRecords: number, windowMs: number): number {
  if (queue.length === 0) return Number.POSITIVE_INFINITY;
  if (windowMs === 0 || queue.some(({ alone }) => alone)) return 0;
  const records = queue.flatMap((waiting) => waiting.records);
  if (records.length >= maxRecords) return 0;
  const now = Date.now();
  // A clock that is ahead makes nobody wait longer.
  return records.reduce((least, { timestampMs }) => Math.min(least, timestampMs, now), now) + windowMs - now;
}
