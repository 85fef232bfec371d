import type { SourceRecord } from './source.ts';

export type Invoke = (records: readonly SourceRecord[]) => Promise<unknown>;

/** One invocation keeps the database busy, a second one keeps it busy while the first one's answer travels. */
const INVOCATIONS_AT_ONCE = 2;

type Waiting = { records: readonly SourceRecord[]; alone: boolean; resolve(): void; reject(error: unknown): void };

/**
 * Invokes a function with the records of several partitions at once, as Lambda does: what arrives while invocations are
 * under way goes together with the next. No timer, so that a record that is alone waits for nothing. Records that have
 * failed before are to be invoked alone, so that they fail nobody else.
 */
export function createGatheringInvoke(invoke: Invoke, maxRecords: number) {
  const queue: Waiting[] = [];
  let running = 0;

  function take(): Waiting[] {
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

  async function drain(): Promise<void> {
    running += 1;
    for (let taken = take(); taken.length > 0; taken = take()) {
      try {
        await invoke(taken.flatMap(({ records }) => records));
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    running -= 1;
  }

  return function gatheringInvoke(records: readonly SourceRecord[], alone: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ records, alone, resolve, reject });
      if (running < INVOCATIONS_AT_ONCE) void drain();
    });
  };
}
