-- Carts by hour over the last 24 hours: counters (0023), and index ranges of orders and open carts.
create or replace view analytics.cart_trends with (security_barrier) as
with hours as (
  select generate_series(date_trunc('hour', now(), 'UTC') - interval '23 hours', date_trunc('hour', now(), 'UTC'), interval '1 hour') as hour
),
moves as (
  select hour, sum(adds)::bigint as adds, sum(removes)::bigint as removes from public.cart_counts
  where hour >= date_trunc('hour', now(), 'UTC') - interval '23 hours'
  group by 1
),
-- Hours are UTC's, which a bin is found for much faster than a zone's. A cart that nobody touched for an hour counts as abandoned in the hour of its last change.
abandoned as (
  select date_bin('1 hour', touched_at, 'epoch') as hour, count(*) as carts
  from (
    select user_id, is_anonymous, max(updated_at) as touched_at
    from public.user_cart_summary
    where updated_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours'
    group by 1, 2
  ) carts
  where touched_at < now() - interval '1 hour'
  group by 1
),
-- An order by somebody whose cart, under whichever id, had been left alone for an hour. Reported again it is the same order.
recovered as (
  select date_bin('1 hour', p.event_at, 'epoch') as hour, count(*) as carts
  from public.raw_purchases p
  cross join lateral (
    select from public.orders o where (o.order_id, o.source, o.event_id, o.occurred_at) = (p.order_id, p.source, p.event_id, p.occurred_at) offset 0
  ) won
  cross join lateral (
    select coalesce(p.user_id, (select i.user_id from public.identities i where i.anonymous_id = p.anonymous_id)) as user_id
  ) person
  cross join lateral (
    select p.anonymous_id || array(select i.anonymous_id from public.identities i where i.user_id = person.user_id limit 20) as anonymous_ids offset 0
  ) known
  -- In few partitions, which bounds that are the same for all orders leave at once. A clock may be off by a day.
  cross join lateral (
    select max(event_at) as touched_at from (
      (select event_at from public.raw_cart_events c
       where c.user_id = person.user_id and c.event_at < p.event_at and c.type = 'add_to_cart'
         and c.occurred_at >= now() - interval '33 days' and c.occurred_at < now() + interval '1 day'
       order by event_at desc limit 1)
      union all
      (select c.event_at from unnest(known.anonymous_ids) a (anonymous_id) cross join lateral (
         select event_at from public.raw_cart_events c
         where c.anonymous_id = a.anonymous_id and c.event_at < p.event_at and c.type = 'add_to_cart'
           and c.occurred_at >= now() - interval '33 days' and c.occurred_at < now() + interval '1 day'
         order by event_at desc limit 1
       ) c)
    ) touches
  ) cart
  where p.event_at >= date_trunc('hour', now(), 'UTC') - interval '23 hours' and p.type = 'purchase' and not p.is_bot
    and cart.touched_at < p.event_at - interval '1 hour' and cart.touched_at >= p.event_at - interval '32 days'
  group by 1
)
select
  h.hour,
  coalesce(m.adds, 0) as adds,
  coalesce(m.removes, 0) as removes,
  coalesce(a.carts, 0) as abandoned_carts,
  coalesce(r.carts, 0) as recovered_carts,
  n.event_at as newest_event_at,
  case when n.event_at is not null then greatest(0, extract(epoch from now() - n.event_at))::numeric(12, 3) end as freshness_seconds
from hours h
left join lateral (
  select event_at from public.raw_cart_events
  where event_at >= h.hour and event_at < h.hour + interval '1 hour' and not is_bot
    and occurred_at >= now() - interval '33 days' and occurred_at < now() + interval '1 day'
  order by event_at desc
  limit 1
) n on true
left join moves m using (hour)
left join abandoned a using (hour)
left join recovered r using (hour)
order by h.hour desc;

comment on view analytics.cart_trends is 'one row for each of the last 24 hours, the current one first';
comment on column analytics.cart_trends.hour is 'start of the hour, UTC';
comment on column analytics.cart_trends.adds is 'adds to carts (events, not units)';
comment on column analytics.cart_trends.removes is 'removals from carts (events, not units)';
comment on column analytics.cart_trends.abandoned_carts is 'carts still filled, last changed in this hour, and left alone for an hour since';
comment on column analytics.cart_trends.recovered_carts is 'orders in this hour by people whose last add was an hour to 32 days before';
comment on column analytics.cart_trends.newest_event_at is 'time of the newest cart event in this hour; null in an hour without';
comment on column analytics.cart_trends.freshness_seconds is 'age of the newest cart event in this hour';
grant select on analytics.cart_trends to bazaar_bi;
