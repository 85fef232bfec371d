import type { EventRecord } from '../events/record.ts';
import type { EventPublisher } from './publisher.ts';

/** Twice what `POST /events` takes at once: enough to fill a request, little enough that one failure does not fail a crowd. */
const MAX_RECORDS_PER_SEND = 1_000;

type Waiting = { records: readonly EventRecord[]; resolve(): void; reject(error: unknown): void };

/**
 * Shares sends between requests of one process: while a send is under way, what comes meanwhile is gathered and goes with
 * the next. No timer, so that a request that is alone waits for nothing.
 */
export function createCoalescingPublisher(publisher: EventPublisher): EventPublisher {
  const queue: Waiting[] = [];
  let sending = false;

  function take(): Waiting[] {
    const taken: Waiting[] = [];
    let count = 0;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (taken.length > 0 && count + next.records.length > MAX_RECORDS_PER_SEND) break;
      count += next.records.length;
      taken.push(next);
      queue.shift();
    }
    return taken;
  }

  async function drain(): Promise<void> {
    sending = true;
    while (queue.length > 0) {
      const taken = take();
      try {
        await publisher.publish(taken.flatMap(({ records }) => records));
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    sending = false;
  }

  return {
    publish: (records) =>
      new Promise<void>((resolve, reject) => {
        queue.push({ records, resolve, reject });
        if (!sending) void drain();
      }),
    close: () => publisher.close(),
  };
}
