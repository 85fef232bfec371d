import { assembleTracker } from './assemble-tracker.ts';
import type { Delivery } from './delivery.ts';
import { shopMethods } from './shop-methods.ts';
import { createTracker as createVisitorTracker } from './tracker.ts';
import type { Tracker, TrackerOptions } from './tracker-interface.ts';
import { cartMethods, consentMethods, orderMethods } from './tracker-methods.ts';

export type * from './event-fields.ts';
export type { KeyValueStorage } from './key-value.ts';
export type { Recommendation, RecommendationQuery } from './recommendations.ts';
export type { Tracker, TrackerOptions } from './tracker-interface.ts';

/**
 * What the API takes in one request, with room to spare: no page ends here. Orders of many visitors wait, in memory, as long
 * as the server is down.
 */
const SERVER_BATCH = { maxEvents: 500, maxBytes: 900_000, maxQueued: 50_000 };
const CLOSE_MS = 20_000;
const FIRST_PAUSE_MS = 250;

/**
 * Makes a tracker outside of a page. Under a secret key it has no visitor: each event says whose it is.
 *
 * @throws Error when `url` or `key` cannot be right.
 */
export function createTracker(options: TrackerOptions): Tracker {
  if (!/^[ps]k_/.test(options.key)) throw new Error('key must begin with pk_ (pages) or sk_ (servers)');
  if (options.key.startsWith('pk_')) return createVisitorTracker(options);
  if (typeof document !== 'undefined') throw new Error('a page needs a pk_ key; replace a secret one');
  const batch = { ...SERVER_BATCH, ...options.batch };
  const parts = assembleTracker({ ...options, batch }, () => requirePerson);
  const { record, delivery, visitor } = parts;
  return {
    ...cartMethods(record),
    ...orderMethods(record, true),
    ...shopMethods(parts),
    ...consentMethods(visitor, delivery),
    flush: () => delivery.flush(),
    close: options.storage === undefined ? () => closeForGood(delivery) : parts.close,
  };
}

/** What waits here ends with the program: one connection that breaks as it ends must not cost an order. */
async function closeForGood(delivery: Delivery): Promise<void> {
  const timeout = new Promise((resolve) => {
    AbortSignal.timeout(CLOSE_MS).onabort = resolve;
  });
  await Promise.race([timeout, sendWhatWaits(delivery)]);
  delivery.stop(true);
}

async function sendWhatWaits(delivery: Delivery): Promise<void> {
  await delivery.flush();
  for (let pauseMs = FIRST_PAUSE_MS; delivery.unsent.size > 0; pauseMs *= 2) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await delivery.flush();
  }
}

function requirePerson(type: string, fields: { user_id?: unknown; anonymous_id?: unknown }): object {
  if (fields.user_id !== undefined || fields.anonymous_id !== undefined) return {};
  throw new Error(`${type} under a secret key needs user_id or anonymous_id: the ids() of the page's tracker`);
}
