-- What many visitors look at now, with a half-life. Ages count from the newest hour, so that an old data set trends too.
--
-- Candidates are those of the hourly counters that were written last and those that were trending when the model was
-- trained; the newest rows of each candidate are counted by visitor: a visitor is one vote, and reloading a page adds the
-- logarithm of the count to it. The rows come from two depths of time, so that a burst by one visitor cannot hide everybody
-- before.
create or replace function trending(version text, half_life_days double precision, wanted integer, only_category text, upto timestamptz)
returns table (product_id text, votes double precision)
language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off
as $$
#variable_conflict use_column
declare
  newest_counters      constant integer := 1500;
  products_of_category constant integer := 300;
  counters_per_product constant integer := 24;
  -- More than is asked for: some will be seen, bought or hidden.
  spare_candidates     constant integer := 30;
  votes_per_depth      constant integer := 20;
  half_life constant double precision := half_life_days * 86400;
  newest timestamptz;
begin
  -- Of a moment in the past, only hours that were over.
  newest := (select p.hour from product_popularity p where p.hour <= case when upto = 'infinity' then upto else upto - interval '1 hour' end
             order by p.hour desc limit 1) + interval '1 hour';
  if newest is null then return; end if;
  return query
  with counters as (
    (select p.product_id, p.hour, p.views + 3 * p.cart_adds + 5 * p.units_sold as volume from product_popularity p
     where only_category is null and p.hour < newest order by p.hour desc limit newest_counters)
    union all
    select c.product_id, c.hour, c.views + 3 * c.cart_adds + 5 * c.units_sold from (
      (select p.product_id from products p where p.category = only_category and p.available and not p.hidden limit products_of_category)
      union
      select m.product_id from model_trending m where m.model_version = version and (only_category is null or m.category = only_category)
    ) k cross join lateral (
      select * from product_popularity c where c.product_id = k.product_id and c.hour < newest order by c.hour desc limit counters_per_product
    ) c
  ),
  -- Beyond a thousand half-lives a weight is nothing, and beyond 1,074 a float8 that would underflow, which is an error.
  popular as (
    select product_id, sum(volume * weight) as volume, sum(ln(1 + volume) * weight) as rank
    from (
      select distinct on (product_id, hour) product_id, volume::double precision as volume,
        0.5 ^ least(extract(epoch from newest - hour)::double precision / half_life, 1000) as weight
      from counters where volume > 0 order by product_id, hour
    ) c
    group by product_id
    order by rank desc, product_id limit wanted + spare_candidates
  )
  select c.product_id, greatest(v.votes, least(c.volume, 1)) * (1 + log(greatest(1, c.volume / greatest(v.votes, least(c.volume, 1))))) as score
  from popular c cross join lateral (
    select sum(visitor.vote) as votes from (
      select max(0.5 ^ least(extract(epoch from newest - e.event_at)::double precision / half_life, 1000)) as vote
      from unnest(array[interval '0', '1 day']) depth cross join lateral (
        (select r.user_id, r.anonymous_id, r.event_at, r.is_bot from raw_product_views r
         where r.product_id = c.product_id and r.event_at <= newest - depth order by r.event_at desc limit votes_per_depth)
        union all
        (select r.user_id, r.anonymous_id, r.event_at, r.is_bot from raw_cart_events r
         where r.product_id = c.product_id and r.event_at <= newest - depth order by r.event_at desc limit votes_per_depth)
      ) e
      where not e.is_bot
      group by coalesce(e.anonymous_id, e.user_id)
    ) visitor
  ) v
  where greatest(v.votes, least(c.volume, 1)) > 0;
end $$;
