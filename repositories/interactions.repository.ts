import type { Statement } from './database.ts';

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

/** Bounds that make the work of a request independent of history. */
const CAPS = {
  anonymousIds: 20,
  eventsPerOwner: 30,
  contextProducts: 10,
  neighboursPerProduct: 100,
  neighbours: 100,
  eventsPerNeighbour: 30,
  trendingRows: 3_000,
  trendingProducts: 200,
};

/** Rows of one kind of event of the visitor: $1 id, $2 whether links are followed. */
const ownEvents = (table: string, weight: string, filter: string) => `(
    select e.product_id, e.event_at, ${weight} as weight
    from me cross join lateral (
      select product_id, event_at from ${table} r
      where r.user_id = me.user_id and not r.is_bot ${filter}
      order by r.event_at desc limit ${CAPS.eventsPerOwner}
    ) e
  ) union all (
    select e.product_id, e.event_at, ${weight}
    from anons a cross join lateral (
      select product_id, event_at from ${table} r
      where r.anonymous_id = a.anonymous_id and (not $2::boolean or r.user_id is null) and not r.is_bot ${filter}
      order by r.event_at desc limit ${CAPS.eventsPerOwner}
    ) e
  )`;

/** $3 cart weight, $4 purchase weight, $5 decay by position, $6 product of the page. */
const CONTEXT = `me as materialized (
    select case when $2::boolean then coalesce((select user_id from identities where anonymous_id = $1), $1) end as user_id
  ),
  anons as materialized (
    select $1 as anonymous_id where not $2::boolean or not exists (select from identities where anonymous_id = $1)
    union
    (select i.anonymous_id from identities i join me using (user_id) order by linked_at desc limit ${CAPS.anonymousIds})
  ),
  bought as materialized (
    select h.product_id, h.occurred_at from me cross join lateral (
      select product_id, occurred_at from user_purchase_history where user_id = me.user_id and not is_anonymous
    ) h
    union all
    select h.product_id, h.occurred_at from anons a cross join lateral (
      select product_id, occurred_at from user_purchase_history where user_id = a.anonymous_id and is_anonymous
    ) h
  ),
  own as materialized (
    ${ownEvents('raw_product_views', '1::float8', '')}
    union all
    ${ownEvents('raw_cart_events', '$3::float8', "and r.type = 'add_to_cart'")}
    union all
    (select product_id, occurred_at, $4::float8 from bought order by occurred_at desc limit ${CAPS.eventsPerOwner})
    union all
    select $6::text, 'infinity', 1 where $6::text is not null
  ),
  context as materialized (
    select product_id, max(weight) * $5::float8 ^ (row_number() over (order by max(event_at) desc, product_id) - 1) as weight
    from own group by product_id
    order by max(event_at) desc, product_id limit ${CAPS.contextProducts}
  )`;

/** Who touched the visitor's products last, and what else they touched within the hour around it. */
const TOGETHER = `touches as (
    select c.weight, n.user_id, n.anonymous_id, n.event_at, c.product_id
    from context c cross join lateral (
      (select user_id, anonymous_id, event_at from raw_product_views v
       where v.product_id = c.product_id and not v.is_bot order by v.event_at desc limit ${CAPS.neighboursPerProduct})
      union all
      (select user_id, anonymous_id, event_at from raw_cart_events v
       where v.product_id = c.product_id and v.type = 'add_to_cart' and not v.is_bot
       order by v.event_at desc limit ${CAPS.neighboursPerProduct})
    ) n
  ),
  others as (
    select * from touches t
    where (t.user_id is null or t.user_id is distinct from (select user_id from me))
      and not exists (select from anons a where t.user_id is null and a.anonymous_id = t.anonymous_id)
  ),
  neighbours as materialized (
    select user_id, case when user_id is null then anonymous_id end as anonymous_id, max(event_at) as event_at, sum(weight) as similarity
    from (select distinct on (product_id, user_id, case when user_id is null then anonymous_id end) * from others
          order by product_id, user_id, case when user_id is null then anonymous_id end, event_at desc) once
    group by 1, 2
    order by similarity desc, event_at desc limit ${CAPS.neighbours}
  ),
  together as materialized (
    select e.product_id, sum(n.similarity) as score, bool_or(e.in_cart) as in_cart
    from neighbours n cross join lateral (
      select product_id, bool_or(in_cart) as in_cart from (
        (select product_id, false as in_cart from raw_product_views r
         where r.user_id = n.user_id and r.event_at between n.event_at - interval '1 hour' and n.event_at + interval '1 hour'
         order by r.event_at desc limit ${CAPS.eventsPerNeighbour})
        union all
        (select product_id, false from raw_product_views r
         where n.user_id is null and r.anonymous_id = n.anonymous_id and r.user_id is null
           and r.event_at between n.event_at - interval '1 hour' and n.event_at + interval '1 hour'
         order by r.event_at desc limit ${CAPS.eventsPerNeighbour})
        union all
        (select product_id, true from raw_cart_events r
         where r.user_id = n.user_id and r.type = 'add_to_cart'
           and r.event_at between n.event_at - interval '1 hour' and n.event_at + interval '1 hour'
         order by r.event_at desc limit ${CAPS.eventsPerNeighbour})
        union all
        (select product_id, true from raw_cart_events r
         where n.user_id is null and r.anonymous_id = n.anonymous_id and r.user_id is null and r.type = 'add_to_cart'
           and r.event_at between n.event_at - interval '1 hour' and n.event_at + interval '1 hour'
         order by r.event_at desc limit ${CAPS.eventsPerNeighbour})
      ) touched group by product_id
    ) e
    group by e.product_id
  )`;

/**
 * $7 half-life in days. The logarithm of each hour's count keeps one visitor who reloads a page a thousand times from
 * moving more than a handful of visitors would. Age counts from the newest hour, so that an old data set trends too.
 */
const TRENDING = `trending as materialized (
    select product_id, sum(ln(1 + views + 3 * cart_adds + 5 * units_sold) * 0.5 ^ (extract(epoch from newest - hour) / 86400 / $7::float8)) as score
    from (
      select *, max(hour) over () as newest from product_popularity
      where greatest(views, cart_adds, units_sold) > 0 order by hour desc limit ${CAPS.trendingRows}
    ) recent
    group by product_id order by score desc, product_id limit ${CAPS.trendingProducts}
  )`;

/** $8 share of trending, $9 whether bought products are left out, $10 category, $11 how many. */
const RANKING = `scored as (
    select product_id, coalesce(t.score / (select max(score) from together), 0) + $8::float8 * coalesce(r.score / (select max(score) from trending), 0) as score,
      case when t.product_id is null then 'trending' when t.in_cart then 'added_together' else 'viewed_together' end as reason
    from together t full join trending r using (product_id)
  ),
  seen as (select product_id from own),
  ranked as (
    select product_id, score, reason, 0 as rank from scored where product_id not in (select product_id from seen)
    union all
    select c.product_id, c.weight, 'seen_before', 1 from context c
  )
  select r.product_id, round((case r.rank when 0 then r.score else 0.001 * r.score end)::numeric, 6)::float8 as score, r.reason
  from ranked r
  left join products p using (product_id)
  where r.score > 0 and r.product_id is distinct from $6::text
    and coalesce(p.available, true) and not coalesce(p.hidden, false)
    and ($10::text is null or p.category = $10)
    and not ($9::boolean and exists (select from bought b where b.product_id = r.product_id))
  order by r.rank, r.score desc, r.product_id
  limit $11::integer`;

const RECOMMEND = `with ${CONTEXT}, ${TOGETHER}, ${TRENDING}, ${RANKING}`;

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
