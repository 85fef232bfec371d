import { type BatchScope, batchScope } from './batch-scope.ts';
import type { Statement } from './database.ts';

/**
 * $1 anonymous ids, $2 users, $3, $4, $5 the keys of the batch's events, $6 its orders.
 *
 * "offset 0" lets what a batch concerns be looked up by key, row by row: a join is planned as if the table were small as long as
 * nothing was analyzed, and reads all of it.
 */
const TARGETS = `with batch as (
    select unnest($2::text[]) as user_id, false as is_anonymous
    union select user_id, false from identities where anonymous_id = any ($1)
    union select a, true from unnest($1::text[]) a where not exists (select from identities where anonymous_id = a)
    union select user_id, is_anonymous from persons where cart_stale
  ),
  target as materialized (
    select p.user_id, p.is_anonymous, p.cart_at, p.cart_rank, p.cart_event_id, p.cart_source, p.cart_stale
    from batch b
    cross join lateral (
      select * from persons p where p.user_id = b.user_id and p.is_anonymous = b.is_anonymous offset 0
    ) p
  ),
  lines as materialized (
    select c.* from target t
    cross join lateral (
      select *, ctid as place from user_cart_summary c where c.user_id = t.user_id and c.is_anonymous = t.is_anonymous offset 0
    ) c
  )`;

/** What came in order is in the batch and nowhere else; a stale cart starts again from all moves of its person. */
const MOVES = `batch_moves as (
    select e.user_id, e.anonymous_id, e.event_at, case e.type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end as rank,
      e.event_id, e.source, e.product_id, case e.type when 'add_to_cart' then e.quantity when 'remove_from_cart' then -e.quantity end::bigint as change,
      e.unit_price, e.currency
    from unnest($3::text[], $4::uuid[], $5::timestamptz[]) k (source, event_id, occurred_at)
    cross join lateral (
      select * from raw_cart_events e
      where e.source = k.source and e.event_id = k.event_id and e.occurred_at = k.occurred_at
        and e.type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not e.is_bot
      offset 0
    ) e
    union
    select o.user_id, o.anonymous_id, o.event_at, 4, o.event_id, o.source, l ->> 'product_id', -sum((l ->> 'quantity')::bigint)::bigint, null, null
    from orders o, jsonb_array_elements(o.items) l
    where o.order_id = any ($6) and o.event_id is not null
    group by o.order_id, l ->> 'product_id'
  ),
  moves as materialized (
    select t.user_id, t.is_anonymous, e.event_at, e.rank, e.event_id, e.source, e.product_id, e.change, e.unit_price, e.currency
    from batch_moves e
    left join identities i on i.anonymous_id = e.anonymous_id and e.user_id is null
    join target t on t.user_id = coalesce(e.user_id, i.user_id, e.anonymous_id) and t.is_anonymous = (e.user_id is null and i.user_id is null)
    where not t.cart_stale
      and (t.cart_at is null or (e.event_at, e.rank, e.event_id, e.source) > (t.cart_at, t.cart_rank, t.cart_event_id, t.cart_source))
    union all
    select t.user_id, t.is_anonymous, e.event_at, e.rank, e.event_id, e.source, e.product_id, e.change, e.unit_price, e.currency
    from target t
    cross join lateral (select * from derived.cart_moves m where m.user_id = t.user_id offset 0) e
    where t.cart_stale and not t.is_anonymous
    union all
    select t.user_id, t.is_anonymous, e.event_at, e.rank, e.event_id, e.source, e.product_id, e.change, e.unit_price, e.currency
    from target t
    left join identities i on i.user_id = t.user_id and not t.is_anonymous
    cross join lateral (
      select * from derived.cart_moves m
      where m.anonymous_id = case when t.is_anonymous then t.user_id else i.anonymous_id end and m.user_id is null offset 0
    ) e
    where t.cart_stale and not (t.is_anonymous and exists (select from identities l where l.anonymous_id = t.user_id))
  )`;

/** Only what follows a person's last clear counts; what was in the cart is the first move of each product it had. */
const FOLD = `emptied as (
    select distinct user_id, is_anonymous from moves where rank = 3
    union select user_id, is_anonymous from target where cart_stale
  ),
  last_clear as (
    select distinct on (user_id, is_anonymous) * from moves
    where rank = 3
    order by user_id, is_anonymous, event_at desc, event_id desc, source desc
  ),
  touched as materialized (select distinct user_id, is_anonymous, product_id from moves where product_id is not null),
  steps as (
    select m.*, m.event_at as moved_at
    from moves m
    left join last_clear c using (user_id, is_anonymous)
    where m.rank <> 3 and (c.rank is null or (m.event_at, m.rank, m.event_id, m.source) > (c.event_at, c.rank, c.event_id, c.source))
    union all
    select user_id, is_anonymous, '-infinity', 0, null, null, product_id, c.quantity, c.unit_price, c.currency, c.updated_at
    from lines c
    join touched using (user_id, is_anonymous, product_id)
    where not exists (select from emptied e where (e.user_id, e.is_anonymous) = (c.user_id, c.is_anonymous))
  ),
  running as (
    select *, sum(change) over (
      partition by user_id, is_anonymous, product_id order by event_at, rank, event_id, source rows unbounded preceding) as total
    from steps
  ),
  filled as materialized (
    select user_id, is_anonymous, product_id, (sum(change) - least(0, min(total)))::bigint as quantity,
      (array_agg(unit_price order by event_at desc, event_id desc, source desc) filter (where rank <= 1))[1] as unit_price,
      (array_agg(currency order by event_at desc, event_id desc, source desc) filter (where rank <= 1))[1] as currency,
      max(moved_at) as updated_at
    from running
    group by 1, 2, 3
    having sum(change) - least(0, min(total)) > 0
  )`;

const ADVANCE_CARTS = `${TARGETS}, ${MOVES}, ${FOLD},
  removed as (
    delete from user_cart_summary where ctid = any (array(
      select c.place from lines c
      where (
          exists (select from emptied e where (e.user_id, e.is_anonymous) = (c.user_id, c.is_anonymous))
          or exists (select from touched m where (m.user_id, m.is_anonymous, m.product_id) = (c.user_id, c.is_anonymous, c.product_id))
        )
        and not exists (select from filled f where (f.user_id, f.is_anonymous, f.product_id) = (c.user_id, c.is_anonymous, c.product_id))
    ))
  ),
  written as (
    insert into user_cart_summary as c (user_id, is_anonymous, product_id, quantity, unit_price, currency, updated_at)
    select user_id, is_anonymous, product_id, quantity, unit_price, currency, updated_at from filled order by 1, 2, 3
    on conflict (user_id, is_anonymous, product_id) do update
    set quantity = excluded.quantity, unit_price = excluded.unit_price, currency = excluded.currency, updated_at = excluded.updated_at
    where (c.quantity, c.unit_price, c.currency, c.updated_at)
      is distinct from (excluded.quantity, excluded.unit_price, excluded.currency, excluded.updated_at)
  ),
  newest as (
    select distinct on (user_id, is_anonymous) user_id, is_anonymous, event_at, rank, event_id, source from moves
    order by user_id, is_anonymous, event_at desc, rank desc, event_id desc, source desc
  )
  update persons p
  set cart_at = n.event_at, cart_rank = n.rank, cart_event_id = n.event_id, cart_source = n.source, cart_stale = false
  from target t
  left join newest n using (user_id, is_anonymous)
  where (p.user_id, p.is_anonymous) = (t.user_id, t.is_anonymous) and (t.cart_stale or n.event_at is not null)`;

/**
 * Folds the batch's moves into the carts of its persons; carts marked stale are folded anew from the raw rows. A cart is
 * a sum that never falls below zero: its last total, less the lowest total on the way if that was negative.
 */
export function advanceCarts({ anonymousIds, userIds, keys, orderIds }: BatchScope): Statement {
  return {
    text: ADVANCE_CARTS,
    params: [anonymousIds, userIds, keys.source, keys.event_id, keys.occurred_at, orderIds],
  };
}

/** The same for carts marked stale alone: what events that move no cart leave to do when they link somebody. */
export function refoldStaleCarts(): Statement {
  return advanceCarts(batchScope([]));
}
