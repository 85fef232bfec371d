-- Carts by hour over the last 24 hours: index ranges of cart events, orders and open carts.
create or replace view analytics.cart_trends as
with hours as (
  select generate_series(date_trunc('hour', now(), 'UTC') - interval '23 hours', date_trunc('hour', now(), 'UTC'), interval '1 hour') as hour
),
moves as (
  select date_trunc('hour', event_at, 'UTC') as hour, count(*) filter (where type = 'add_to_cart') as adds,
    count(*) filter (where type = 'remove_from_cart') as removes, max(event_at) as newest_event_at
  from public.raw_cart_events
  where event_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours' and not is_bot
  group by 1
),
-- A cart that nobody touched for an hour counts as abandoned in the hour of its last change.
abandoned as (
  select date_trunc('hour', touched_at, 'UTC') as hour, count(*) as carts
  from (
    select user_id, is_anonymous, max(updated_at) as touched_at
    from public.user_cart_summary
    where updated_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours'
    group by 1, 2
  ) carts
  where touched_at < now() - interval '1 hour'
  group by 1
),
-- An order by somebody whose cart had been left alone for an hour.
recovered as (
  select date_trunc('hour', p.event_at, 'UTC') as hour, count(distinct p.order_id) as carts
  from public.raw_purchases p
  left join public.identities i on i.anonymous_id = p.anonymous_id and p.user_id is null
  cross join lateral (
    select max(event_at) as touched_at from (
      (select event_at from public.raw_cart_events c
       where c.user_id = coalesce(p.user_id, i.user_id) and c.event_at < p.event_at and c.type = 'add_to_cart'
       order by event_at desc limit 1)
      union all
      (select event_at from public.raw_cart_events c
       where c.anonymous_id = p.anonymous_id and c.event_at < p.event_at and c.type = 'add_to_cart'
       order by event_at desc limit 1)
    ) touches
  ) cart
  where p.event_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours' and p.type = 'purchase'
    and cart.touched_at < p.event_at - interval '1 hour'
  group by 1
)
select
  h.hour,
  coalesce(m.adds, 0) as adds,
  coalesce(m.removes, 0) as removes,
  coalesce(a.carts, 0) as abandoned_carts,
  coalesce(r.carts, 0) as recovered_carts,
  m.newest_event_at,
  extract(epoch from now() - m.newest_event_at)::numeric(12, 3) as freshness_seconds
from hours h
left join moves m using (hour)
left join abandoned a using (hour)
left join recovered r using (hour)
order by h.hour desc;

comment on view analytics.cart_trends is 'one row for each of the last 24 hours, the current one first';
comment on column analytics.cart_trends.abandoned_carts is 'carts still filled, last changed in this hour, and left alone for an hour since';
comment on column analytics.cart_trends.recovered_carts is 'orders in this hour by people whose last add was an hour or more before';
grant select on analytics.cart_trends to bazaar_bi;
