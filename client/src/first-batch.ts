import type { Queued } from './event-queue.ts';

/** Of one request: how many events, how many bytes, how long the first may wait for company. And how many may wait at all. */
export type BatchLimits = { maxEvents: number; maxBytes: number; maxWaitMs: number; maxQueued: number };

/** Browsers let the requests that outlive a page have 64 KiB together; headers count in some. */
export const KEEPALIVE_BYTES = 60_000;
/** What stands around the events of a request. */
const ENVELOPE_BYTES = 60;

export const byteLength = (text: string) => new TextEncoder().encode(text).length;

/** The first events, as many as go into one request; none when the first is too large. */
export function firstBatch(events: readonly Queued[], { maxEvents, maxBytes }: BatchLimits): Queued[] {
  let bytes = ENVELOPE_BYTES;
  const end = events.findIndex(({ json }, index) => {
    bytes += byteLength(json) + 1;
    return index >= maxEvents || bytes > maxBytes;
  });
  return events.slice(0, end < 0 ? undefined : end);
}
