-- The hundred products with the most views in the last 24 hours: an index range of hourly counters.
create or replace view analytics.top_viewed_items with (security_barrier) as
with counted as (
  select product_id, sum(views)::bigint as views, sum(cart_adds)::bigint as cart_adds, sum(units_sold)::bigint as units_sold
  from public.product_popularity
  where hour > now() - interval '25 hours'
  group by product_id
  having sum(views) > 0
  order by sum(views) desc, product_id
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
left join lateral (
  select event_at from public.raw_product_views v where v.product_id = c.product_id order by event_at desc limit 1
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
