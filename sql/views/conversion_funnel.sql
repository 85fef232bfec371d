-- People by day over the last seven days of the shop, from viewing to buying: a row of sums a day (0021). A session counts on the
-- day it was last seen, so that what happens now shows today.
create or replace view analytics.conversion_funnel with (security_barrier) as
with days as (
  select t.today - n as day, ((t.today - n)::timestamp at time zone t.time_zone) as starts_at,
    ((t.today - n + 1)::timestamp at time zone t.time_zone) as ends_at
  from (select time_zone, (now() at time zone time_zone)::date as today from public.analytics_settings) t, generate_series(0, 6) n
),
counted as (
  select d.day, d.starts_at, coalesce(c.viewers, 0) as viewers, coalesce(c.cart_adders, 0) as cart_adders, coalesce(c.checkouts, 0) as checkouts,
    coalesce(c.buyers, 0) as buyers, greatest(s.last_seen_at, o.event_at) as newest_event_at
  from days d
  cross join lateral (
    select sum(viewers)::bigint as viewers, sum(cart_adders)::bigint as cart_adders, sum(checkouts)::bigint as checkouts, sum(buyers)::bigint as buyers
    from public.funnel_counts f where f.day = d.day
  ) c
  left join lateral (
    select last_seen_at from public.user_sessions s where s.last_seen_at >= d.starts_at and s.last_seen_at < d.ends_at order by last_seen_at desc limit 1
  ) s on true
  left join lateral (
    select event_at from public.funnel_orders o where o.day = d.day order by event_at desc limit 1
  ) o on true
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
