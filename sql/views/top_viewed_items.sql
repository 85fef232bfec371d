-- The hundred products with the most views in the last 24 full hours and the current one: an index range of hourly counters.
--
-- Most products are viewed once in an hour, or never. Those counters are left out at first: a product without any other has at most
-- one view for each hour, and of the rest nobody can have more than what was added up and one for each hour that was left out.
-- Only who could be among the hundred then is counted in full, the likeliest first. Where one view an hour would do for that, all
-- products are added up after all. Floats are exact up to 2^53, and faster than numeric sums.
create or replace view analytics.top_viewed_items with (security_barrier) as
with span as materialized (
  select 1 + floor(extract(epoch from max(hour) - (now() - interval '25 hours')) / 3600) as hours from public.product_popularity
),
often as materialized (
  select product_id, sum(views::double precision) as views, count(*) as hours
  from public.product_popularity
  where hour > now() - interval '25 hours' and is_repeated
  group by product_id
),
likely as materialized (
  select o.product_id, c.*
  from (select product_id from often order by views desc, product_id limit 150) o
  cross join lateral (
    select sum(views)::bigint as views, sum(cart_adds)::bigint as cart_adds, sum(units_sold)::bigint as units_sold
    from public.product_popularity p
    where p.product_id = o.product_id and p.hour > now() - interval '25 hours'
  ) c
),
-- What the hundredth has at least.
least as materialized (
  select coalesce((select views from likely order by views desc offset 99 limit 1), 0) as views
),
candidates as (
  select o.product_id from often o, span s, least l
  where l.views > s.hours and o.views + s.hours - o.hours >= l.views and o.product_id not in (select product_id from likely)
  union all
  (select product_id from public.product_popularity
   where hour > now() - interval '25 hours' and views > 0 and (select l.views <= s.hours from span s, least l)
   group by product_id order by sum(views::double precision) desc, product_id limit 100)
),
counted as (
  select * from likely where (select l.views > s.hours from span s, least l)
  union all
  select k.product_id, c.* from candidates k
  cross join lateral (
    select sum(views)::bigint as views, sum(cart_adds)::bigint as cart_adds, sum(units_sold)::bigint as units_sold
    from public.product_popularity p
    where p.product_id = k.product_id and p.hour > now() - interval '25 hours'
  ) c
  order by 2 desc, 1
  limit 100
)
select
  c.product_id,
  p.name,
  p.category,
  p.brand,
  c.views,
  c.cart_adds,
  c.units_sold,
  newest.event_at as newest_event_at,
  case when newest.event_at is not null then greatest(0, extract(epoch from now() - newest.event_at))::numeric(12, 3) end as freshness_seconds
from counted c
left join public.products p using (product_id)
-- Few partitions; a clock may be off by weeks, and is looked for everywhere only where nothing was found.
left join lateral (
  select coalesce(
    (select event_at from public.raw_product_views v
      where v.product_id = c.product_id and v.occurred_at >= now() - interval '33 days' and v.occurred_at < now() + interval '1 day'
      order by event_at desc limit 1),
    (select event_at from public.raw_product_views v where v.product_id = c.product_id order by event_at desc limit 1)
  ) as event_at
) newest on true
order by c.views desc, c.product_id;

comment on view analytics.top_viewed_items is 'the hundred products with the most views in the last 24 full hours and the current one';
comment on column analytics.top_viewed_items.units_sold is 'units in orders, refunded or not';
comment on column analytics.top_viewed_items.product_id is 'the product';
comment on column analytics.top_viewed_items.name is 'newest name known';
comment on column analytics.top_viewed_items.category is 'newest category known';
comment on column analytics.top_viewed_items.brand is 'newest brand known';
comment on column analytics.top_viewed_items.views is 'views, known bots left out';
comment on column analytics.top_viewed_items.cart_adds is 'adds to carts (events, not units)';
comment on column analytics.top_viewed_items.newest_event_at is 'time of the newest view of the product';
comment on column analytics.top_viewed_items.freshness_seconds is 'age of the newest view of the product';
grant select on analytics.top_viewed_items to bazaar_bi;
