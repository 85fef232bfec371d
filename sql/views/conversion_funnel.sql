-- People by day over the last seven days of the shop, from viewing to buying: a row of sums a day (0021), and the orders
-- that a server reported without a session. Such an order belongs to the day of the person's latest session within the 24
-- hours before it. A session counts on the day it was last seen, so that what happens now shows today.
create or replace view analytics.conversion_funnel with (security_barrier) as
with days as materialized (
  select t.today - n as day, ((t.today - n)::timestamp at time zone t.time_zone) as starts_at,
    ((t.today - n + 1)::timestamp at time zone t.time_zone) as ends_at, t.time_zone
  from (select time_zone, (now() at time zone time_zone)::date as today from public.analytics_settings) t, generate_series(0, 6) n
),
reported as (
  select p.event_at, p.order_id, p.source, p.event_id, p.occurred_at, linked.user_id is null and p.user_id is null as is_anonymous,
    coalesce(p.user_id, linked.user_id, p.anonymous_id) as user_id, (p.event_at at time zone t.time_zone)::date as day, t.time_zone
  from public.raw_purchases p
  cross join public.analytics_settings t
  -- "offset 0" keeps what stands before it from being worked out again where it is used.
  cross join lateral (
    select (select i.user_id from public.identities i where i.anonymous_id = p.anonymous_id and p.user_id is null) as user_id offset 0
  ) linked
  -- The fixed interval beside the exact bound tells the planner how few rows that is.
  where p.event_at >= now() - interval '8 days' and p.event_at >= (select min(starts_at) from days) and p.type = 'purchase' and p.session_id is null
    and not p.is_bot and (p.user_id is not null or p.anonymous_id is not null)
  offset 0
),
placed as (
  select r.user_id, r.is_anonymous, r.event_at, f.buying, coalesce(f.day, before.day, r.day) as day
  from reported r
  -- An order that is reported again is the same order.
  cross join lateral (
    select from public.orders o where (o.order_id, o.source, o.event_id, o.occurred_at) = (r.order_id, r.source, r.event_id, r.occurred_at) offset 0
  ) won
  -- A session of a later day may have begun before the order.
  left join lateral (
    select day, buying from public.funnel_people f
    where f.user_id = r.user_id and f.is_anonymous = r.is_anonymous and f.day >= r.day and f.first_seen_at <= r.event_at
    order by day desc limit 1
  ) f on true
  left join lateral (
    select (max(s.last_seen_at) at time zone r.time_zone)::date as day from public.user_sessions s
    where f.day is null and s.user_id = r.user_id and s.is_anonymous = r.is_anonymous
      and s.last_seen_at < r.event_at and s.last_seen_at > r.event_at - interval '24 hours'
  ) before on true
  offset 0
),
-- Who bought in a session of that day too is among its buyers already.
buyers as (
  select p.day, count(distinct (p.user_id, p.is_anonymous)) filter (where coalesce(p.buying, f.buying, 0) = 0) as buyers, max(p.event_at) as newest_event_at
  from placed p
  left join lateral (
    select buying from public.funnel_people f
    where p.buying is null and f.user_id = p.user_id and f.is_anonymous = p.is_anonymous and f.day = p.day limit 1
  ) f on true
  group by 1
),
counted as (
  select d.day, d.starts_at, coalesce(c.viewers, 0) as viewers, coalesce(c.cart_adders, 0) as cart_adders, coalesce(c.checkouts, 0) as checkouts,
    coalesce(c.buyers, 0) + coalesce(b.buyers, 0) as buyers, greatest(b.newest_event_at, s.last_seen_at) as newest_event_at
  from days d
  left join buyers b using (day)
  left join lateral (
    select sum(viewers)::bigint as viewers, sum(cart_adders)::bigint as cart_adders, sum(checkouts)::bigint as checkouts, sum(buyers)::bigint as buyers
    from public.funnel_counts f where f.day = d.day
  ) c on true
  left join lateral (
    select last_seen_at from public.user_sessions s where s.last_seen_at >= d.starts_at and s.last_seen_at < d.ends_at order by last_seen_at desc limit 1
  ) s on true
)
select
  c.day,
  c.viewers,
  c.cart_adders,
  c.checkouts,
  c.buyers,
  round(c.buyers::numeric / nullif(c.viewers, 0), 4) as conversion,
  c.newest_event_at,
  case when c.newest_event_at is not null then greatest(0, extract(epoch from now() - c.newest_event_at))::numeric(12, 3) end as freshness_seconds,
  c.starts_at as day_starts_at
from counted c
where c.newest_event_at is not null
order by c.day desc;

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
