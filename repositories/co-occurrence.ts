/**
 * The second part of the recommender's statement: who touched the visitor's products last, and what else they touched
 * around that time. Nearest neighbours among visits, each other visitor with the best visit only, so that one who comes a
 * hundred times has one voice.
 *
 * Few newest touches and neighbours cost hardly any accuracy: in a trial on RetailRocket's events 200 and 100 gave a hit
 * rate at 20 of .532, 2,000 and 200 gave .536, at half the time.
 */
const TOUCHES_PER_PRODUCT = 200;
const CART_TOUCHES_PER_PRODUCT = 50;
const NEIGHBOURS = 100;
const EVENTS_PER_NEIGHBOUR = 30;
const PURCHASES_PER_NEIGHBOUR = 3;
/** What a visitor did within an hour of the touch is one visit, named or not; orders may be reported within a day. */
const VISIT = "between n.touched_at - interval '1 hour' and n.touched_at + interval '1 hour'";
const ORDER_REPORTED = "between n.touched_at - interval '1 hour' and n.touched_at + interval '1 day'";
/** Part of the neighbours who must have bought, or added, what is said to be bought or added together. */
const REASON_SHARE = 0.25;

const newestTouches = (table: string, limit: number, filter: string) => `(
      select user_id, anonymous_id, session_id, event_at, is_bot or not (${filter}) as ignored
      from ${table} r where r.product_id = c.product_id order by r.event_at desc limit ${limit}
    )`;

const NEIGHBOURS_OF_CONTEXT = `touches as (
    select c.product_id, c.weight, t.user_id, t.anonymous_id, t.session_id, t.event_at
    from context c cross join lateral (
      ${newestTouches('raw_product_views', TOUCHES_PER_PRODUCT, 'true')}
      union all
      ${newestTouches('raw_cart_events', CART_TOUCHES_PER_PRODUCT, "r.type = 'add_to_cart'")}
    ) t
    where not t.ignored and t.user_id is distinct from (select coalesce(user_id, '') from me)
      and (t.anonymous_id is null or t.anonymous_id not in (select anonymous_id from anons))
  ),
  visits as (
    select visitor, is_anonymous, session_id, max(touched_at) as touched_at, sum(weight) as similarity
    from (
      select coalesce(anonymous_id, user_id) as visitor, anonymous_id is not null as is_anonymous, session_id, product_id,
        max(event_at) as touched_at, max(weight) as weight
      from touches group by 1, 2, 3, 4
    ) once
    group by 1, 2, 3
  ),
  neighbours as materialized (
    select * from (
      select distinct on (visitor, is_anonymous) visitor, is_anonymous, touched_at, similarity
      from visits order by visitor, is_anonymous, similarity desc, touched_at desc
    ) best
    order by similarity desc, touched_at desc limit ${NEIGHBOURS}
  )`;

/** Rows of one table in the visit, by the browser's id where there is one, which a login does not change. */
const inVisit = (table: string, columns: string, time: string, limit: number) => `(
        select ${columns} from ${table} r
        where n.is_anonymous and r.anonymous_id = n.visitor and r.event_at ${time} order by r.event_at desc limit ${limit}
      ) union all (
        select ${columns} from ${table} r
        where not n.is_anonymous and r.user_id = n.visitor and r.event_at ${time} order by r.event_at desc limit ${limit}
      )`;

const TOUCHED_BY_NEIGHBOURS = `together as materialized (
    select e.product_id, sum(n.similarity) as score,
      case when sum(n.similarity) filter (where e.bought) >= ${REASON_SHARE} * sum(n.similarity) then 'bought_together'
        when sum(n.similarity) filter (where e.added) >= ${REASON_SHARE} * sum(n.similarity) then 'added_together'
        else 'viewed_together' end as reason
    from neighbours n cross join lateral (
      select product_id, bool_or(added) as added, bool_or(bought) as bought
      from (
        select product_id, false as added, false as bought
        from (${inVisit('raw_product_views', 'r.product_id', VISIT, EVENTS_PER_NEIGHBOUR)}) v
        union all
        select product_id, true, false
        from (${inVisit('raw_cart_events', 'r.product_id, r.type', VISIT, EVENTS_PER_NEIGHBOUR)}) c
        where type = 'add_to_cart'
        union all
        select item ->> 'product_id', false, true
        from (${inVisit('raw_purchases', 'r.type, r.items', ORDER_REPORTED, PURCHASES_PER_NEIGHBOUR)}) p, jsonb_array_elements(p.items) item
        where type = 'purchase'
      ) touched
      group by product_id
    ) e
    group by e.product_id
  )`;

export const CO_OCCURRENCE = [NEIGHBOURS_OF_CONTEXT, TOUCHED_BY_NEIGHBOURS].join(',\n  ');
