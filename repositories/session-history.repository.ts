import type { Statement } from './database.ts';

/** Views of one anonymous visitor, oldest first, 30 s apart, the newest at `endedAt`. Ids hold no space. */
export type Visit = { anonymousId: string; products: readonly string[]; endedAt: Date };

export const SECONDS_BETWEEN_VIEWS = 30;

/** Event ids take their first three groups from the visitor's id, so that rows of one visitor lie together in the key. */
const INSERT_VISITS = `insert into raw_product_views
    (source, event_id, occurred_at, event_at, received_at, anonymous_id, trusted, is_bot, digest, product_id)
  select 'evaluation', e.event_id, e.at, e.at, e.at, v.anonymous_id, true, false, e.event_id, c.product_id
  from unnest($1::text[], $2::text[], $3::timestamptz[]) v (anonymous_id, products, ended_at)
  cross join lateral string_to_array(v.products, ' ') p (ids)
  cross join lateral unnest(p.ids) with ordinality c (product_id, nth)
  cross join lateral (
    select (left(v.anonymous_id, 24) || lpad(to_hex(c.nth), 12, '0'))::uuid as event_id,
      v.ended_at - (cardinality(p.ids) - c.nth) * interval '${SECONDS_BETWEEN_VIEWS} s' as at
  ) e`;

/**
 * Stores visits as raw rows and nothing else: for a database that is made for the purpose, or a transaction that is rolled
 * back. The aggregates are the caller's business (`rebuild`).
 */
export function insertVisits(visits: readonly Visit[]): Statement {
  return {
    text: INSERT_VISITS,
    params: [
      visits.map(({ anonymousId }) => anonymousId),
      visits.map(({ products }) => products.join(' ')),
      visits.map(({ endedAt }) => endedAt.toISOString()),
    ],
  };
}
