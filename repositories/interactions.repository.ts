import { CO_OCCURRENCE } from './co-occurrence.ts';
import type { Statement } from './database.ts';
import { TRENDING } from './trending.ts';
import { VISITOR_CONTEXT } from './visitor-context.ts';

/** Whose recommendations: a person with every id that is linked, or the rows of one anonymous id and nothing else. */
export type Visitor = { id: string; followLinks: boolean };

export type RecommendationQuery = {
  visitor: Visitor;
  limit: number;
  excludePurchased: boolean;
  category: string | undefined;
  /** The product whose page the visitor is on. */
  productId: string | undefined;
};

/** How the parts of the score are weighed; see `ml/real-time-model.ts`. */
export type BlendWeights = {
  positionDecay: number;
  cartWeight: number;
  purchaseWeight: number;
  trendingShare: number;
  halfLifeDays: number;
};

/** $6 product of the page, $9 whether bought products are left out, $10 category. */
const mayBeShown = (product: string) => `${product} is distinct from $6::text
      and not ($9::boolean and ${product} in (select product_id from bought))
      and coalesce((
        select p.available and not p.hidden and ($10::text is null or p.category = $10) from products p where p.product_id = ${product}
      ), $10::text is null)`;

const USABLE = `usable as materialized (
    select product_id, score, reason from together t
    where product_id not in (select product_id from own) and ${mayBeShown('t.product_id')}
  )`;

/**
 * $8 share of trending, $11 how many. The visitor's own products come last, below everything else, the newest first.
 */
const RANKING = `scored as materialized (
    select product_id, coalesce(u.score / (select max(score) from usable), 0)
      + $8::float8 * coalesce(t.score / (select max(score) from trending), 0) as score, coalesce(u.reason, 'trending') as reason
    from usable u full join trending t using (product_id)
    where u.product_id is not null or (t.product_id not in (select product_id from own) and ${mayBeShown('t.product_id')})
  ),
  shown as (select * from scored where score > 0 order by score desc, product_id limit $11::integer),
  ranked as (
    select product_id, score, reason, false as is_own from shown
    union all
    select product_id, 0.5 * weight / (select max(weight) from context) * coalesce((select min(score) from shown), 1), 'seen_before', true
    from context c where ${mayBeShown('c.product_id')}
  )
  select product_id, score, reason from ranked order by is_own, score desc, product_id limit $11::integer`;

const RECOMMEND = `with ${VISITOR_CONTEXT},
  ${CO_OCCURRENCE},
  ${USABLE},
  ${TRENDING},
  ${RANKING}`;

/** What to recommend to a visitor, from the newest rows, best first. */
export function listRecommended(query: RecommendationQuery, weights: BlendWeights): Statement {
  return {
    text: RECOMMEND,
    params: [
      query.visitor.id,
      query.visitor.followLinks,
      weights.cartWeight,
      weights.purchaseWeight,
      weights.positionDecay,
      query.productId ?? null,
      weights.halfLifeDays,
      weights.trendingShare,
      query.excludePurchased,
      query.category ?? null,
      query.limit,
    ],
  };
}
