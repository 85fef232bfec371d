-- What a visitor touched last: views, adds to the cart, lines of purchases. What comes under a user belongs to the user; what
-- comes under an anonymous id alone follows its link. `since` and `until` bound `occurred_at`, so that the plan opens only the
-- partitions between them. `is_users` tells the rows of `person` from those of `anons`.
create or replace function visitor_touches(
  person text, anons text[], follow_links boolean, since timestamptz, until timestamptz, upto timestamptz
)
returns table (product_id text, event_at timestamptz, is_purchase boolean, is_users boolean)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  events_per_id    constant integer := 50;
  purchases_per_id constant integer := 20;
begin
  return query
  select v.product_id, v.event_at, false, v.is_users from (
    (select r.product_id, r.event_at, r.is_bot, false as is_others, true as is_users from raw_product_views r
     where r.user_id = person and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit events_per_id)
    union all
    select e.* from unnest(anons) a (id) cross join lateral (
      select r.product_id, r.event_at, r.is_bot, follow_links and r.user_id is not null, false from raw_product_views r
      where r.anonymous_id = a.id and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit events_per_id
    ) e
  ) v where not v.is_bot and not v.is_others
  union all
  select c.product_id, c.event_at, false, c.is_users from (
    (select r.product_id, r.event_at, r.is_bot, r.type, false as is_others, true as is_users from raw_cart_events r
     where r.user_id = person and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit events_per_id)
    union all
    select e.* from unnest(anons) a (id) cross join lateral (
      select r.product_id, r.event_at, r.is_bot, r.type, follow_links and r.user_id is not null, false from raw_cart_events r
      where r.anonymous_id = a.id and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit events_per_id
    ) e
  ) c where not c.is_bot and not c.is_others and c.type = 'add_to_cart'
  union all
  select item ->> 'product_id', p.event_at, true, p.is_users from (
    (select r.items, r.event_at, r.type, false as is_others, true as is_users from raw_purchases r
     where r.user_id = person and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit purchases_per_id)
    union all
    select e.* from unnest(anons) a (id) cross join lateral (
      select r.items, r.event_at, r.type, follow_links and r.user_id is not null, false from raw_purchases r
      where r.anonymous_id = a.id and r.occurred_at >= since and r.occurred_at < until
       and r.event_at <= upto order by r.event_at desc limit purchases_per_id
    ) e
  ) p cross join lateral jsonb_array_elements(p.items) item
  where not p.is_others and p.type = 'purchase';
end $$;
