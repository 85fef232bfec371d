import { MAX_EVENTS_PER_BATCH, MAX_GA4_EVENTS, MAX_SEGMENT_MESSAGES } from '../../events/limits.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { ga4Names, translateGa4 } from './ga4.ts';
import { isObject } from './loose.ts';
import { translateSegment } from './segment.ts';
import { segmentNames } from './segment-properties.ts';
import type { Names, Translation } from './translation.ts';

/** Another protocol in which events are taken. */
export type Dialect = {
  path: string;
  /** How a key may be sent, in words. */
  keyPlaces: string;
  names: Names;
  /** What stands in its answers beside the verdicts. */
  members: Readonly<Record<string, unknown>>;
  /** What each entry of a body means. @throws HttpProblem 400 for a body of another shape. */
  translate(body: unknown, defaultCurrency: string | undefined): Translation[];
};

export const dialects: readonly Dialect[] = [
  {
    path: '/v1/batch',
    keyPlaces: 'as the user of HTTP Basic authentication, as x-api-key or as a bearer token',
    names: segmentNames,
    // As Segment answers; some of its clients look for it.
    members: { success: true },
    translate: (body, defaultCurrency) => {
      const batch = entriesOf(body, 'batch', MAX_SEGMENT_MESSAGES);
      return translateSegment({ ...batch.body, batch: batch.entries }, defaultCurrency);
    },
  },
  {
    path: '/mp/collect',
    keyPlaces: 'as api_secret in the query, as x-api-key or as a bearer token',
    names: ga4Names,
    members: {},
    translate: (body, defaultCurrency) => {
      const request = entriesOf(body, 'events', MAX_GA4_EVENTS);
      const translations = translateGa4({ ...request.body, events: request.entries }, defaultCurrency);
      const count = translations.reduce((sum, each) => sum + (each.kind === 'events' ? each.drafts.length : 1), 0);
      if (count <= MAX_EVENTS_PER_BATCH) return translations;
      throw new HttpProblem(
        400,
        'invalid_request',
        `got ${count} events, each item of a view or cart event counted; allowed: ${MAX_EVENTS_PER_BATCH}`,
      );
    },
  },
];

function entriesOf(body: unknown, field: 'batch' | 'events', most: number) {
  const entries = isObject(body) ? body[field] : undefined;
  if (isObject(body) && Array.isArray(entries) && entries.length > 0 && entries.length <= most)
    return { body, entries: entries as readonly unknown[] };
  const got = Array.isArray(entries) ? `got ${entries.length} entries` : `${field} is missing or no list`;
  throw new HttpProblem(400, 'invalid_request', `${got}; allowed: {"${field}": [1 to ${most} entries], …}`);
}
