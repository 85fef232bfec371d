/**
 * The first part of the recommender's statement: who the visitor is, what they did last, and what of it counts.
 *
 * Parameters: $1 id, $2 whether links are followed, $3 weight of a cart event, $4 of a purchase, $5 decay by position,
 * $6 the product of the page. Every step reads at most so many rows off an index, whatever the history: what a bot or
 * another user left under an id is dropped after the cut, not searched past.
 */
export const CONTEXT_PRODUCTS = 10;
const LINKED_IDS = 10;
const EVENTS_PER_ID = 100;
const BOUGHT_LINES = 2_000;
const PURCHASES_PER_ID = 20;

/** What comes under a user belongs to the user; what comes under an anonymous id alone follows its link. */
const ownEvents = (table: string, columns: string, limit: number) => `(
    select e.* from me cross join lateral (
      select ${columns} from ${table} r where r.user_id = me.user_id order by r.event_at desc limit ${limit}
    ) e
    union all
    select e.* from anons a cross join lateral (
      select ${columns} from ${table} r where r.anonymous_id = a.anonymous_id order by r.event_at desc limit ${limit}
    ) e where not $2::boolean or e.user_id is null
  )`;

/** A known user comes before an anonymous id of the same name, which anybody can make up and link. */
const WHO = `me as materialized (
    select case
      when not $2::boolean then null
      when exists (select from raw_product_views where user_id = $1) or exists (select from raw_cart_events where user_id = $1)
        or exists (select from raw_purchases where user_id = $1) then $1
      else (select user_id from identities where anonymous_id = $1)
    end as user_id
  ),
  anons as materialized (
    select $1 as anonymous_id from me where me.user_id is null
    union
    (select i.anonymous_id from identities i join me using (user_id) order by i.linked_at desc limit ${LINKED_IDS})
  )`;

const BOUGHT = `bought as materialized (
    select h.* from (
      select user_id, false as is_anonymous from me where user_id is not null
      union all
      select anonymous_id, true from anons
    ) owner cross join lateral (
      select product_id, occurred_at from user_purchase_history u
      where u.user_id = owner.user_id and u.is_anonymous = owner.is_anonymous
      order by occurred_at desc limit ${BOUGHT_LINES}
    ) h
    union all
    select item ->> 'product_id', p.event_at
    from ${ownEvents('raw_purchases', 'r.user_id, r.event_at, r.type, r.items', PURCHASES_PER_ID)} p, jsonb_array_elements(p.items) item
    where p.type = 'purchase'
  )`;

const OWN = `own as materialized (
    select product_id, event_at, 1::float8 as weight
    from ${ownEvents('raw_product_views', 'r.user_id, r.product_id, r.event_at, r.is_bot', EVENTS_PER_ID)} v where not is_bot
    union all
    select product_id, event_at, $3::float8
    from ${ownEvents('raw_cart_events', 'r.user_id, r.product_id, r.event_at, r.is_bot, r.type', EVENTS_PER_ID)} c
    where type = 'add_to_cart' and not is_bot
    union all
    (select product_id, occurred_at, $4::float8 from bought order by occurred_at desc limit ${EVENTS_PER_ID})
    union all
    select $6::text, 'infinity', 1 where $6::text is not null
  )`;

/** The latest products, the newest with its whole weight, each one before it with less. */
const CONTEXT = `context as materialized (
    select product_id, max(weight) * $5::float8 ^ (row_number() over (order by max(event_at) desc, product_id) - 1) as weight
    from own group by product_id
    order by max(event_at) desc, product_id limit ${CONTEXT_PRODUCTS}
  )`;

export const VISITOR_CONTEXT = [WHO, BOUGHT, OWN, CONTEXT].join(',\n  ');
