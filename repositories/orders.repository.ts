import type { BatchScope } from './batch-scope.ts';
import type { Statement } from './database.ts';

/** Those of the type `derived.settled_order`, in its order. */
const ORDER_COLUMNS = `order_id, source, event_id, occurred_at, event_at, user_id, anonymous_id, session_id, trusted, currency,
      items, revenue, discount, tax, shipping, units, refunded, refunds, waiting_refunds`;

/**
 * $1 order ids; $2, $3, $4 the keys of the batch's purchase events: source, event_id, occurred_at; $5 users and
 * $6 anonymous ids of the batch, since a key used twice may stand for a row of somebody who is not locked.
 */
const BEFORE_AND_AFTER = `with after as materialized (select * from derived.settled_orders($1)),
  both_forms as materialized (
    select 1 as sign, row(${ORDER_COLUMNS})::derived.settled_order as o from after
    union all
    select -1, row(${ORDER_COLUMNS})::derived.settled_order from orders where order_id = any ($1) and event_id is not null
  )`;

const REVENUE = `insert into live_revenue as l (minute, currency, orders, units, gross, refunded)
    select r.minute, r.currency, sum(sign * r.orders), sum(sign * r.units), sum(sign * r.gross), sum(sign * r.refunded)
    from both_forms, derived.revenue_of(o) r
    group by 1, 2
    having sum(sign * r.orders) <> 0 or sum(sign * r.units) <> 0 or sum(sign * r.gross) <> 0 or sum(sign * r.refunded) <> 0
    order by 1, 2
    on conflict (minute, currency) do update
    set orders = l.orders + excluded.orders, units = l.units + excluded.units, gross = l.gross + excluded.gross,
      refunded = l.refunded + excluded.refunded
    returning 1`;

const UNITS_SOLD = `insert into product_popularity as p (product_id, hour, units_sold)
    select line ->> 'product_id', date_trunc('hour', (o).event_at, 'UTC'), sum(sign * (line ->> 'quantity')::bigint)
    from both_forms, jsonb_array_elements((o).items) line
    where (o).trusted and (select count(*) from revenue) >= 0
    group by 1, 2
    having sum(sign * (line ->> 'quantity')::bigint) <> 0
    order by 1, 2
    on conflict (product_id, hour) do update set units_sold = p.units_sold + excluded.units_sold
    returning 1`;

/** Sessions: the batch's rows were seen (which may be said twice), and an order counts in the session of its winner. */
const SESSIONS = `insert into user_sessions as s (user_id, is_anonymous, source, session_id, first_seen_at, last_seen_at, purchases)
    select coalesce(e.user_id, i.user_id, e.anonymous_id), e.user_id is null and i.user_id is null, e.source, e.session_id,
      min(e.event_at), max(e.event_at), sum(e.purchases)
    from (
      select r.user_id, r.anonymous_id, r.source, r.session_id, r.event_at, 0 as purchases
      from unnest($2::text[], $3::uuid[], $4::timestamptz[]) k (source, event_id, occurred_at)
      join raw_purchases r using (source, event_id, occurred_at)
      where r.user_id = any ($5) or (r.user_id is null and r.anonymous_id = any ($6))
      union all
      select (o).user_id, (o).anonymous_id, (o).source, (o).session_id, (o).event_at, sign from both_forms
    ) e
    left join identities i on i.anonymous_id = e.anonymous_id and e.user_id is null
    where e.session_id is not null and (select count(*) from units_sold) >= 0
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (user_id, is_anonymous, source, session_id) do update
    set first_seen_at = least(s.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at), purchases = s.purchases + excluded.purchases`;

/** An order whose buyer was erased is in nobody's history. */
const SURPLUS_LINES = `delete from user_purchase_history h using after a
    where h.order_id = a.order_id
      and (h.line > coalesce(jsonb_array_length(a.items), 0) or (a.user_id is null and a.anonymous_id is null))`;

/** Who loses an order, or wins one that lies behind what the cart has folded, gets the cart recomputed. */
const STALE_CARTS = `update persons p set cart_stale = true
    from (
      select coalesce((f.o).user_id, i.user_id, (f.o).anonymous_id) as user_id, (f.o).user_id is null and i.user_id is null as is_anonymous,
        f.sign, (f.o).event_at, (f.o).event_id, (f.o).source
      from both_forms f
      left join identities i on i.anonymous_id = (f.o).anonymous_id and (f.o).user_id is null
      where not exists (
        select from both_forms other
        where (other.o).order_id = (f.o).order_id and other.sign <> f.sign
          and ((other.o).source, (other.o).event_id, (other.o).occurred_at) = ((f.o).source, (f.o).event_id, (f.o).occurred_at)
      )
    ) m
    where p.user_id = m.user_id and p.is_anonymous = m.is_anonymous
      and (m.sign < 0 or (m.event_at, 4, m.event_id, m.source) <= (p.cart_at, p.cart_rank, p.cart_event_id, p.cart_source))`;

const HISTORY = `insert into user_purchase_history as h
      (user_id, is_anonymous, order_id, line, product_id, quantity, refunded_quantity, unit_price, currency, occurred_at)
    select user_id, is_anonymous, order_id, line, product_id, quantity, refunded_quantity, unit_price, currency, occurred_at
    from derived.purchase_lines($1)
    order by order_id, line
    on conflict (order_id, line) do update
    set user_id = excluded.user_id, is_anonymous = excluded.is_anonymous, product_id = excluded.product_id,
      quantity = excluded.quantity, refunded_quantity = excluded.refunded_quantity, unit_price = excluded.unit_price,
      currency = excluded.currency, occurred_at = excluded.occurred_at
    where (h.user_id, h.is_anonymous, h.product_id, h.quantity, h.refunded_quantity, h.unit_price, h.currency, h.occurred_at)
      is distinct from (excluded.user_id, excluded.is_anonymous, excluded.product_id, excluded.quantity, excluded.refunded_quantity,
        excluded.unit_price, excluded.currency, excluded.occurred_at)`;

const SETTLE_ORDERS = `${BEFORE_AND_AFTER},
  revenue as (
    ${REVENUE}
  ),
  units_sold as (
    ${UNITS_SOLD}
  ),
  sessions as (
    ${SESSIONS}
  ),
  stale as (
    ${STALE_CARTS}
  ),
  surplus_lines as (
    ${SURPLUS_LINES}
  ),
  history as (
    ${HISTORY}
  )
  update orders o
  set source = a.source, event_id = a.event_id, occurred_at = a.occurred_at, event_at = a.event_at, user_id = a.user_id,
    anonymous_id = a.anonymous_id, session_id = a.session_id, trusted = a.trusted, currency = a.currency, items = a.items,
    revenue = a.revenue, discount = a.discount, tax = a.tax, shipping = a.shipping, units = a.units, refunded = a.refunded,
    refunds = a.refunds, waiting_refunds = a.waiting_refunds
  from after a
  where o.order_id = a.order_id`;

/**
 * A refund in another currency than its order's takes nothing, whichever of the two came first. The record is made from its
 * row: `sent_at` from what it did to the time, money as the text that a schema reads without loss.
 */
const SET_ASIDE_FOREIGN_REFUNDS = `insert into dead_letters (topic, partition, "offset", reason, detail, payload, digest)
  select 'purchases', r.topic_partition, r.topic_offset, 'refund_currency',
    format('refund in %s; its order %s is in %s', r.currency, to_json(r.order_id), o.currency),
    convert_to(jsonb_strip_nulls(jsonb_build_object(
      'type', r.type, 'source', r.source, 'event_id', r.event_id, 'occurred_at', r.occurred_at, 'received_at', r.received_at,
      'user_id', r.user_id, 'anonymous_id', r.anonymous_id, 'session_id', r.session_id, 'trusted', r.trusted, 'is_bot', r.is_bot,
      'order_id', r.order_id, 'currency', r.currency, 'items', r.items, 'amount', r.amount::text,
      'is_nameless', case when r.user_id is null and r.anonymous_id is null then true end,
      'sent_at', case when r.event_at <> r.occurred_at then r.received_at - (r.event_at - r.occurred_at) end,
      'context', nullif(r.context - 'currency_defaulted', '{}'),
      'currency_defaulted', r.context -> 'currency_defaulted'
    ))::text, 'UTF8'), r.digest
  from raw_purchases r
  join orders o using (order_id)
  where o.order_id = any ($1) and r.type = 'refund' and r.trusted and o.trusted and r.currency <> o.currency
  order by r.topic_partition, r.topic_offset
  on conflict do nothing`;

/**
 * Recomputes each order of the batch from its raw rows and adds the difference between its old and new form to revenue,
 * units sold, sessions and history. Doing it again changes nothing. The orders must be locked.
 */
export function settleOrders({ orderIds, keys, userIds, anonymousIds }: BatchScope): Statement[] {
  return [
    { text: SETTLE_ORDERS, params: [orderIds, keys.source, keys.event_id, keys.occurred_at, userIds, anonymousIds] },
    { text: SET_ASIDE_FOREIGN_REFUNDS, params: [orderIds] },
  ];
}
