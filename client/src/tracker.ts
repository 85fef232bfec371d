import { assembleTracker } from './assemble-tracker.ts';
import { pageContext } from './page-context.ts';
import type { Tracker, TrackerOptions } from './tracker-interface.ts';
import { cartMethods, consentMethods, orderMethods, visitorMethods } from './tracker-methods.ts';

export type * from './event-fields.ts';
export type { KeyValueStorage } from './key-value.ts';
export type { Recommendation, RecommendationQuery } from './recommendations.ts';
export type { Tracker, TrackerOptions } from './tracker-interface.ts';

/**
 * Makes the tracker of a page, or of another program that one visitor uses. One is enough; it begins at once to send what
 * earlier pages left.
 *
 * @throws Error when `url` or `key` cannot be right, such as a secret key in a page.
 */
export function createTracker(options: TrackerOptions): Tracker {
  if (!options.key?.startsWith('pk_')) throw new Error('a page needs a pk_ key; replace a secret one');
  const parts = assembleTracker(options, (visitor) => () => ({ ...visitor.ids(), ...pageContext() }));
  const { record, delivery, visitor } = parts;
  return {
    ...cartMethods(record),
    ...orderMethods(record, options.allowPurchases === true),
    ...visitorMethods(parts),
    ...consentMethods(visitor, delivery),
    flush: () => delivery.flush(),
    close: parts.close,
  };
}
