-- People by day over the last seven days of the shop, from viewing to buying: an index range of sessions, and of orders
-- that a server reported without a session. Such an order belongs to the day of the person's latest session within the 24
-- hours before it. A session counts on the day it was last seen, so that what happens now shows today.
create or replace view analytics.conversion_funnel with (security_barrier) as
with days as materialized (
  select t.today - n as day, ((t.today - n)::timestamp at time zone t.time_zone) as starts_at, 7 - n as nth
  from (select time_zone, (now() at time zone time_zone)::date as today from public.analytics_settings) t, generate_series(0, 6) n
),
-- Finding a bucket among seven is half the work of converting each time to the shop's zone. The fixed interval beside the
-- exact bound further down tells the planner how few rows that is.
starts as materialized (select array_agg(starts_at order by starts_at) as bounds, min(starts_at) as first from days),
orders as (
  select w.user_id, w.is_anonymous, w.event_at, s.last_seen_at
  from (
    select p.event_at, p.order_id, p.source, p.event_id, p.occurred_at, linked.user_id is null and p.user_id is null as is_anonymous,
      coalesce(p.user_id, linked.user_id, p.anonymous_id) as user_id
    from public.raw_purchases p
    cross join lateral (
      select (select i.user_id from public.identities i where i.anonymous_id = p.anonymous_id and p.user_id is null) as user_id
    ) linked
    where p.event_at >= now() - interval '8 days' and p.event_at >= (select first from starts) and p.type = 'purchase' and p.session_id is null and not p.is_bot
      and (p.user_id is not null or p.anonymous_id is not null)
  ) w
  -- An order that is reported again is the same order.
  cross join lateral (
    select from public.orders o where (o.order_id, o.source, o.event_id, o.occurred_at) = (w.order_id, w.source, w.event_id, w.occurred_at) offset 0
  ) won
  left join lateral (
    select last_seen_at from public.user_sessions s
    where s.user_id = w.user_id and s.is_anonymous = w.is_anonymous
      and s.first_seen_at <= w.event_at and s.last_seen_at > w.event_at - interval '24 hours'
    order by last_seen_at desc limit 1
  ) s on true
),
steps as (
  select width_bucket(s.last_seen_at, (select bounds from starts)) as nth, s.user_id, s.is_anonymous,
    s.views > 0 as viewed, s.cart_adds > 0 as added, s.checkouts > 0 as checked_out, s.purchases > 0 as bought,
    s.last_seen_at as newest_event_at
  from public.user_sessions s
  where s.last_seen_at >= now() - interval '8 days' and s.last_seen_at >= (select first from starts)
  union all
  select width_bucket(coalesce(o.last_seen_at, o.event_at), (select bounds from starts)), o.user_id, o.is_anonymous,
    false, false, false, true, o.event_at
  from orders o
),
people as (
  select nth, user_id, is_anonymous, bool_or(viewed) as viewed, bool_or(added) as added, bool_or(checked_out) as checked_out,
    bool_or(bought) as bought, max(newest_event_at) as newest_event_at
  from steps
  group by 1, 2, 3
),
counted as (
  select nth, count(*) filter (where viewed) as viewers, count(*) filter (where added) as cart_adders,
    count(*) filter (where checked_out) as checkouts, count(*) filter (where bought) as buyers, max(newest_event_at) as newest_event_at
  from people
  group by 1
)
select
  d.day,
  c.viewers,
  c.cart_adders,
  c.checkouts,
  c.buyers,
  round(c.buyers::numeric / nullif(c.viewers, 0), 4) as conversion,
  c.newest_event_at,
  case when c.newest_event_at is not null then greatest(0, extract(epoch from now() - c.newest_event_at))::numeric(12, 3) end as freshness_seconds,
  d.starts_at as day_starts_at
from counted c
join days d using (nth)
order by d.day desc;

comment on view analytics.conversion_funnel is 'people by day of the shop, each counted once a day and step; the last seven days';
comment on column analytics.conversion_funnel.day is 'day in the shop''s time zone (analytics_settings.time_zone), today first; days without anybody are missing';
comment on column analytics.conversion_funnel.viewers is 'people with a view of a product in a session of this day';
comment on column analytics.conversion_funnel.cart_adders is 'people who added to a cart in a session of this day';
comment on column analytics.conversion_funnel.checkouts is 'people who began a checkout in a session of this day';
comment on column analytics.conversion_funnel.buyers is 'people who bought in a session of this day, or whose order a server reported within 24 hours after it';
comment on column analytics.conversion_funnel.conversion is 'buyers divided by viewers; null on a day without viewers';
comment on column analytics.conversion_funnel.newest_event_at is 'time of the newest event in this row';
comment on column analytics.conversion_funnel.freshness_seconds is 'age of the newest event in this row';
comment on column analytics.conversion_funnel.day_starts_at is 'the moment at which the day begins in the shop''s time zone, for tools that filter by time';
grant select on analytics.conversion_funnel to bazaar_bi;
