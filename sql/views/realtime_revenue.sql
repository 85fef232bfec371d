-- Revenue by minute and currency over the last 24 hours: a range of the primary key, and one of purchases for their times. To look
-- for the newest of each minute would open every partition a thousand times.
create or replace view analytics.realtime_revenue with (security_barrier) as
with newest as (
  select date_bin('1 minute', event_at, 'epoch') as minute, max(event_at) as event_at
  from public.raw_purchases
  where event_at >= now() - interval '24 hours'
  group by 1
)
select
  r.minute,
  r.currency,
  r.orders,
  r.units,
  r.gross,
  r.refunded,
  r.net,
  newest.event_at as newest_event_at,
  case when newest.event_at is not null then greatest(0, extract(epoch from now() - newest.event_at))::numeric(12, 3) end as freshness_seconds
from public.live_revenue r
left join newest using (minute)
where r.minute >= now() - interval '24 hours' and (r.orders, r.units, r.gross, r.refunded) <> (0, 0, 0, 0)
order by r.minute desc, r.currency;

comment on view analytics.realtime_revenue is 'one row for each minute and currency of the last 24 hours in which something was bought or refunded';
comment on column analytics.realtime_revenue.gross is 'unit prices times quantities, less discounts; without tax and shipping';
comment on column analytics.realtime_revenue.refunded is 'refunds made in this minute, whenever their orders were';
comment on column analytics.realtime_revenue.net is 'gross less refunded; amounts of different currencies are never added up';
comment on column analytics.realtime_revenue.minute is 'start of the minute, UTC';
comment on column analytics.realtime_revenue.currency is 'ISO 4217';
comment on column analytics.realtime_revenue.orders is 'orders, each counted once however often it is reported';
comment on column analytics.realtime_revenue.units is 'units in these orders, refunded or not';
comment on column analytics.realtime_revenue.newest_event_at is 'time of the newest purchase or refund in this minute';
comment on column analytics.realtime_revenue.freshness_seconds is 'age of the newest purchase or refund in this minute';
grant select on analytics.realtime_revenue to bazaar_bi;
