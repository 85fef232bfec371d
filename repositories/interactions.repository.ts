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

/**
 * $8 share of trending, $9 whether bought products are left out, $10 category, $11 how many. What the visitor has seen
 * comes last, below everything else.
 */
const RANKING = `scored as (
    select product_id, coalesce(t.score / (select max(score) from together), 0)
      + $8::float8 * coalesce(r.score / (select max(score) from trending), 0) as score, coalesce(t.reason, 'trending') as reason
    from together t full join trending r using (product_id)
  ),
  ranked as (
    select product_id, score, reason, 0 as rank from scored where product_id not in (select product_id from own)
    union all
    select product_id, 0.001 * weight, 'seen_before', 1 from context
  )
  select r.product_id, round(r.score::numeric, 6)::float8 as score, r.reason
  from ranked r
  left join lateral (select * from products p where p.product_id = r.product_id) p on true
  where r.score > 0 and r.product_id is distinct from $6::text
    and coalesce(p.available, true) and not coalesce(p.hidden, false)
    and ($10::text is null or p.category = $10)
    and not ($9::boolean and r.product_id in (select product_id from bought))
  order by r.rank, r.score desc, r.product_id
  limit $11::integer`;

const RECOMMEND = `with ${VISITOR_CONTEXT},
  ${CO_OCCURRENCE},
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
