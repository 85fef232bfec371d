import { setTimeout as sleep } from 'node:timers/promises';

/** A gate that lets `ratePerSecond` events through on average; each call waits until its `count` events are due. */
export function createPace(ratePerSecond: number): (count: number) => Promise<void> {
  const startedAt = performance.now();
  let sent = 0;
  return async (count) => {
    const dueAt = startedAt + (sent / ratePerSecond) * 1000;
    sent += count;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs);
  };
}

/** How many events to put into one request so that a rate is kept evenly: about five requests a second. */
export function batchSizeFor(ratePerSecond: number | undefined, max: number): number {
  return ratePerSecond === undefined ? max : Math.min(max, Math.max(1, Math.ceil(ratePerSecond / 5)));
}
