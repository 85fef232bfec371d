-- People by day over the last seven days, from viewing to buying: an index range of sessions, and of orders that a server
-- reported without a session. Such an order belongs to the person's latest session within the 24 hours before it.
create or replace view analytics.conversion_funnel as
with settings as (select time_zone from public.analytics_settings),
sessions as (
  select (s.last_seen_at at time zone t.time_zone)::date as day, s.user_id, s.is_anonymous, s.views > 0 as viewed,
    s.cart_adds > 0 as added, s.checkouts > 0 as checked_out, s.purchases > 0 as bought, s.last_seen_at
  from public.user_sessions s, settings t
  where s.last_seen_at >= now() - interval '7 days'
),
orders as (
  select coalesce(p.user_id, i.user_id, p.anonymous_id) as user_id, p.user_id is null and i.user_id is null as is_anonymous, p.event_at
  from public.raw_purchases p
  left join public.identities i on i.anonymous_id = p.anonymous_id and p.user_id is null
  where p.event_at >= now() - interval '7 days' and p.type = 'purchase' and p.session_id is null
),
steps as (
  select day, user_id, is_anonymous, viewed, added, checked_out, bought, last_seen_at as newest_event_at from sessions
  union all
  select (coalesce(s.last_seen_at, o.event_at) at time zone t.time_zone)::date, o.user_id, o.is_anonymous, false, false, false, true, o.event_at
  from orders o
  cross join settings t
  left join lateral (
    select last_seen_at from public.user_sessions s
    where s.user_id = o.user_id and s.is_anonymous = o.is_anonymous
      and s.first_seen_at <= o.event_at and s.last_seen_at > o.event_at - interval '24 hours'
    order by last_seen_at desc limit 1
  ) s on true
),
people as (
  select day, user_id, is_anonymous, bool_or(viewed) as viewed, bool_or(added) as added, bool_or(checked_out) as checked_out,
    bool_or(bought) as bought, max(newest_event_at) as newest_event_at
  from steps
  group by 1, 2, 3
)
select
  day,
  count(*) filter (where viewed) as viewers,
  count(*) filter (where added) as cart_adders,
  count(*) filter (where checked_out) as checkouts,
  count(*) filter (where bought) as buyers,
  round(count(*) filter (where bought)::numeric / nullif(count(*) filter (where viewed), 0), 4) as conversion,
  max(newest_event_at) as newest_event_at,
  extract(epoch from now() - max(newest_event_at))::numeric(12, 3) as freshness_seconds
from people
group by day
order by day desc;

comment on view analytics.conversion_funnel is 'people by day of the shop (analytics_settings.time_zone), each counted once a day and step';
comment on column analytics.conversion_funnel.conversion is 'buyers divided by viewers; null on a day without viewers';
grant select on analytics.conversion_funnel to bazaar_bi;
