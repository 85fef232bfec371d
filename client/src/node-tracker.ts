import { assembleTracker } from './assemble-tracker.ts';
import { shopMethods } from './shop-methods.ts';
import { createTracker as createVisitorTracker } from './tracker.ts';
import type { Tracker, TrackerOptions } from './tracker-interface.ts';
import { cartMethods, consentMethods, orderMethods } from './tracker-methods.ts';

export type * from './event-fields.ts';
export type { KeyValueStorage } from './key-value.ts';
export type { Recommendation, RecommendationQuery } from './recommendations.ts';
export type { Tracker, TrackerOptions } from './tracker-interface.ts';

/** What the API takes in one request, with room to spare: no page ends here. */
const SERVER_BATCH = { maxEvents: 500, maxBytes: 900_000 };

/**
 * Makes a tracker outside of a page. Under a secret key it has no visitor: each event says whose it is.
 *
 * @throws Error when `url` or `key` cannot be right.
 */
export function createTracker(options: TrackerOptions): Tracker {
  if (!options.key.startsWith('sk_')) return createVisitorTracker(options);
  if (typeof document !== 'undefined') throw new Error('a page needs a pk_ key; replace a secret one that was there');
  const batch = { ...SERVER_BATCH, ...options.batch };
  const parts = assembleTracker({ ...options, batch }, () => requirePerson);
  const { record, delivery, visitor } = parts;
  return {
    ...cartMethods(record),
    ...orderMethods(record, true),
    ...shopMethods(parts),
    ...consentMethods(visitor, delivery),
    flush: () => delivery.flush(),
    close: parts.close,
  };
}

function requirePerson(type: string, fields: { user_id?: unknown; anonymous_id?: unknown }): object {
  if (fields.user_id !== undefined || fields.anonymous_id !== undefined) return {};
  throw new Error(`${type} under a secret key needs user_id or anonymous_id: the ids() of the page's tracker`);
}
