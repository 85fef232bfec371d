-- One view for each aggregate table, under the same name and with the same columns: the whole of it, from raw rows.

create view derived.identities as
select distinct on (anonymous_id) anonymous_id, user_id, event_at as linked_at, event_id, source
from (
  select anonymous_id, user_id, event_at, event_id, source from raw_product_views where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_cart_events where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_purchases where user_id is not null and anonymous_id is not null
) links
order by anonymous_id, event_at, event_id, source;

create view derived.orders as
select o.* from (select array(select distinct order_id from raw_purchases) as ids) a, derived.orders(a.ids) o;

create view derived.live_revenue as
select r.minute, r.currency, sum(r.orders)::bigint as orders, sum(r.units)::bigint as units, sum(r.gross) as gross, sum(r.refunded) as refunded
from (select array(select distinct order_id from raw_purchases) as ids) a, derived.orders(a.ids) o, derived.revenue_of(o) r
group by 1, 2;

create view derived.user_purchase_history as
select h.* from (select array(select distinct order_id from raw_purchases) as ids) a, derived.purchase_lines(a.ids) h;

create view derived.product_popularity as
select product_id, date_trunc('hour', event_at, 'UTC') as hour, sum(views)::bigint as views, sum(cart_adds)::bigint as cart_adds,
  sum(units)::bigint as units_sold
from (
  select product_id, event_at, 1 as views, 0 as cart_adds, 0::bigint as units from raw_product_views where not is_bot
  union all
  select product_id, event_at, 0, 1, 0 from raw_cart_events where not is_bot and type = 'add_to_cart'
  union all
  select l.product_id, o.event_at, 0, 0, l.quantity
  from derived.orders o, derived.order_lines(array[o.order_id]) l
  where o.trusted
) counted
group by 1, 2;

-- One row for each thing that a session counts; the ids are those on the event.
create view derived.session_events as
select source, session_id, user_id, anonymous_id, event_at, 1 as views, 0 as cart_adds, 0 as checkouts, 0 as purchases
from raw_product_views where session_id is not null and not is_bot
union all
select source, session_id, user_id, anonymous_id, event_at, 0, (type = 'add_to_cart')::integer, (type = 'begin_checkout')::integer, 0
from raw_cart_events where session_id is not null and not is_bot
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 0
from raw_purchases where session_id is not null
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 1
from orders where session_id is not null and event_id is not null;

create view derived.user_sessions as
select e.source, coalesce(e.user_id, i.user_id, e.anonymous_id) as user_id, e.user_id is null and i.user_id is null as is_anonymous,
  e.session_id, min(e.event_at) as first_seen_at, max(e.event_at) as last_seen_at, sum(e.views)::bigint as views,
  sum(e.cart_adds)::bigint as cart_adds, sum(e.checkouts)::bigint as checkouts, sum(e.purchases)::bigint as purchases
from derived.session_events e
left join identities i on i.anonymous_id = e.anonymous_id and e.user_id is null
group by 1, 2, 3, 4;

-- Everything that moves a cart. Rank orders equal times: add, remove, clear, purchase.
create view derived.cart_moves as
select user_id, anonymous_id, event_at, case type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end::smallint as rank,
  event_id, source, product_id, case type when 'add_to_cart' then quantity when 'remove_from_cart' then -quantity end::bigint as change,
  unit_price, currency
from raw_cart_events
where type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not is_bot
union all
select o.user_id, o.anonymous_id, o.event_at, 4::smallint, o.event_id, o.source, l ->> 'product_id', -(l ->> 'quantity')::bigint, null, null
from orders o, jsonb_array_elements(o.items) l
where o.event_id is not null;

create view derived.user_cart_summary as
with moves as (
  select coalesce(m.user_id, i.user_id, m.anonymous_id) as user_id, m.user_id is null and i.user_id is null as is_anonymous,
    m.event_at, m.rank, m.event_id, m.source, m.product_id, m.change, m.unit_price, m.currency
  from derived.cart_moves m
  left join identities i on i.anonymous_id = m.anonymous_id and m.user_id is null
),
since_clear as (
  select * from (
    select *, count(*) filter (where rank = 3) over (
      partition by user_id, is_anonymous order by event_at desc, rank desc, event_id desc, source desc
      rows unbounded preceding) as clears_after
    from moves
  ) counted
  where clears_after = 0
),
running as (
  select *, sum(change) over (partition by user_id, is_anonymous, product_id order by event_at, rank, event_id, source rows unbounded preceding) as total
  from since_clear
)
-- A quantity never goes below zero: the last total, less the lowest one if that was negative.
select user_id, is_anonymous, product_id, (sum(change) - least(0, min(total)))::bigint as quantity,
  (array_agg(unit_price order by event_at desc, event_id desc, source desc) filter (where rank = 1))[1] as unit_price,
  (array_agg(currency order by event_at desc, event_id desc, source desc) filter (where rank = 1))[1] as currency,
  max(event_at) as updated_at
from running
group by 1, 2, 3
having sum(change) - least(0, min(total)) > 0;

create view derived.products as
with said as (
  select product_id, name, category, brand, unit_price, currency,
    trusted::integer::text || to_char(event_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || event_id::text || source as stamp
  from raw_product_views where not is_bot
)
select product_id,
  (array_agg(name order by stamp collate "C" desc) filter (where name is not null))[1] as name,
  (array_agg(category order by stamp collate "C" desc) filter (where category is not null))[1] as category,
  (array_agg(brand order by stamp collate "C" desc) filter (where brand is not null))[1] as brand,
  (array_agg(unit_price order by stamp collate "C" desc) filter (where unit_price is not null))[1] as unit_price,
  (array_agg(currency order by stamp collate "C" desc) filter (where unit_price is not null))[1] as currency,
  max(stamp collate "C") filter (where name is not null) as name_stamp,
  max(stamp collate "C") filter (where category is not null) as category_stamp,
  max(stamp collate "C") filter (where brand is not null) as brand_stamp,
  max(stamp collate "C") filter (where unit_price is not null) as price_stamp
from said
group by product_id;
