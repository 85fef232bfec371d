/**
 * The third part of the recommender's statement: what many visitors look at now. It is read only where co-occurrence leaves
 * places empty: mixed into the rest, a share of .1 lowered the hit rate at 20 from .354 to .328 and one of .33 to .168, in a
 * trial with RetailRocket's sessions (products not seen before).
 *
 * Parameters: $7 half-life in days, $8 share in the score, $10 category, $11 how many products are asked for. Ages count from the newest hour, so
 * that an old data set trends too.
 *
 * Hourly counters choose the candidates, and the newest rows of each candidate are counted by visitor: a visitor is one
 * vote, and reloading a page adds the logarithm of the count to it. The rows come from two depths of time, so that a
 * burst by one visitor cannot hide everybody before.
 */
const NEWEST_COUNTERS = 6_000;
const PRODUCTS_OF_CATEGORY = 300;
const COUNTERS_PER_PRODUCT = 24;
const CANDIDATES = 200;
/** More than is asked for: some will be seen, bought or part of the co-occurrence. */
const SPARE_CANDIDATES = 30;
const VOTES_PER_DEPTH = 40;
const DEPTHS = "array[interval '0', '1 day']";
/** How many views an add and a unit sold are worth. Not measured; carts are some ten times rarer than views in shops. */
const VOLUME = '(views + 3 * cart_adds + 5 * units_sold)::float8';

/** Beyond a thousand half-lives a weight is nothing, and beyond 1,074 a float8 that would underflow, which is an error. */
const decayed = (age: string) =>
  `0.5::float8 ^ least(greatest(extract(epoch from ${age})::float8, 0) / 86400 / $7::float8, 1000)`;

const COUNTERS = `newest as materialized (
    select hour + interval '1 hour' as at from product_popularity
    where $8::float8 > 0 and (select count(*) from usable) < $11::integer
    order by hour desc limit 1
  ),
  counters as (
    (select * from product_popularity where $10::text is null and exists (select from newest) order by hour desc limit ${NEWEST_COUNTERS})
    union all
    select c.* from (
      select product_id from products where category = $10 and exists (select from newest) and available and not hidden limit ${PRODUCTS_OF_CATEGORY}
    ) p cross join lateral (
      select * from product_popularity c where c.product_id = p.product_id order by hour desc limit ${COUNTERS_PER_PRODUCT}
    ) c
  ),
  popular as (
    select product_id, sum(${VOLUME} * ${decayed('newest.at - hour')}) as volume
    from counters, newest group by product_id having sum(${VOLUME}) > 0
    order by sum(ln(1 + ${VOLUME}) * ${decayed('newest.at - hour')}) desc, product_id limit ${CANDIDATES}
  ),
  candidates as materialized (
    select c.* from popular c
    where not exists (select from products p where p.product_id = c.product_id and (p.hidden or not p.available) offset 0)
    limit $11::integer + ${SPARE_CANDIDATES}
  )`;

const VOTES = `voted as (
    select c.product_id, c.volume, greatest(votes.sum, least(c.volume, 1)) as votes
    from candidates c cross join lateral (
      select sum(vote) from (
        select max(${decayed('newest.at - e.event_at')}) as vote
        from newest, unnest(${DEPTHS}) depth cross join lateral (
          (select user_id, anonymous_id, event_at, is_bot from raw_product_views r
           where r.product_id = c.product_id and r.event_at <= newest.at - depth order by r.event_at desc limit ${VOTES_PER_DEPTH})
          union all
          (select user_id, anonymous_id, event_at, is_bot from raw_cart_events r
           where r.product_id = c.product_id and r.event_at <= newest.at - depth order by r.event_at desc limit ${VOTES_PER_DEPTH})
        ) e
        where not e.is_bot
        group by coalesce(e.anonymous_id, e.user_id)
      ) visitor
    ) votes
  )`;

export const TRENDING = `${COUNTERS},
  ${VOTES},
  trending as materialized (
    select product_id, votes * (1 + log(greatest(1, volume / votes))) as score from voted
  )`;
