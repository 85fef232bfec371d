-- What many visitors look at now, with a half-life. Ages count from the newest hour, so that an old data set trends too.
--
-- Candidates are what was trending when the model was trained, and what the hourly counters that were written last count;
-- where a category has too few of them, its products. The newest views of each candidate are counted by visitor: a visitor
-- is one vote, and reloading a page adds the logarithm of the count to it. Where few visitors made the newest views, those of
-- a day before vote too, so that a burst by one visitor cannot hide everybody before.
create or replace function trending(version text, half_life_days double precision, wanted integer, only_category text, upto timestamptz)
returns table (product_id text, votes double precision)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  -- An add counts as three views and a unit sold as five, which nobody measured: in shops they are that much rarer, or more.
  newest_counters      constant integer := 200;
  surging_products     constant integer := 10;
  products_of_category constant integer := 200;
  counters_per_product constant integer := 4;
  -- More than is asked for: some are among the visitor's candidates already.
  spare_candidates     constant integer := 5;
  votes_per_depth      constant integer := 8;
  voices               constant integer := 5;
  half_life constant double precision := half_life_days * 86400;
  newest timestamptz;
  since  timestamptz;
begin
  -- Of a moment in the past, only hours that were over.
  newest := (select p.hour from product_popularity p where p.hour <= case when upto = 'infinity' then upto else upto - interval '1 hour' end
             order by p.hour desc limit 1) + interval '1 hour';
  if newest is null then return; end if;
  since := newest - interval '14 days';
  return query
  -- `offset 0` keeps the planner from reading all products to rule out some.
  with trained as materialized (
    select m.product_id from model_trending m
    where m.model_version = version and (only_category is null or m.category = only_category)
      and not exists (select from products p where p.product_id = m.product_id and (p.hidden or not p.available) offset 0)
    order by m.rank limit wanted + spare_candidates
  ),
  surging as (
    select g.product_id from (
      select c.product_id, sum(ln(1 + c.volume)) as surge from (
        select p.product_id, p.hour, p.views + 3 * p.cart_adds + 5 * p.units_sold as volume from product_popularity p
        where p.hour < newest order by p.hour desc limit newest_counters
      ) c
      where only_category is null and c.volume > 0
      group by c.product_id order by 2 desc, c.product_id
    ) g
    where not exists (select from products p where p.product_id = g.product_id and (p.hidden or not p.available) offset 0)
    order by g.surge desc, g.product_id
    limit case when (select count(*) from trained) < wanted then wanted + spare_candidates else surging_products end
  ),
  candidates as (
    select product_id from trained
    union
    select product_id from surging
    union
    (select p.product_id from products p
     where p.category = only_category and p.available and not p.hidden and (select count(*) from trained) < wanted limit products_of_category)
  ),
  -- Beyond a thousand half-lives a weight is nothing, and beyond 1,074 a float8 that would underflow, which is an error.
  counted as materialized (
    select k.product_id, sum(c.volume * c.weight) as volume
    from candidates k cross join lateral (
      select (p.views + 3 * p.cart_adds + 5 * p.units_sold)::double precision as volume,
        0.5 ^ least(extract(epoch from newest - p.hour)::double precision / half_life, 1000) as weight
      from product_popularity p where p.product_id = k.product_id and p.hour < newest order by p.hour desc limit counters_per_product
    ) c
    group by 1
    having sum(c.volume) > 0
    order by sum(ln(1 + c.volume) * c.weight) desc, 1 limit wanted + spare_candidates
  )
  select c.product_id, v.votes * (1 + log(greatest(1, c.volume / v.votes)))
  from counted c cross join lateral (
    with latest as materialized (
      select r.user_id, r.anonymous_id, r.event_at, r.is_bot from raw_product_views r
      where r.product_id = c.product_id and r.occurred_at >= since and r.occurred_at < newest + interval '1 day' and r.event_at <= newest
      order by r.event_at desc limit votes_per_depth
    )
    select greatest(sum(visitor.vote), least(c.volume, 1)) as votes from (
      select max(0.5 ^ least(extract(epoch from newest - e.event_at)::double precision / half_life, 1000)) as vote
      from (
        select * from latest
        union all
        (select r.user_id, r.anonymous_id, r.event_at, r.is_bot from raw_product_views r
         where (select count(distinct coalesce(l.anonymous_id, l.user_id)) from latest l where not l.is_bot) < voices
           and r.product_id = c.product_id and r.occurred_at >= since and r.occurred_at < newest + interval '1 day' and r.event_at <= newest - interval '1 day'
         order by r.event_at desc limit votes_per_depth)
      ) e
      where not e.is_bot
      group by coalesce(e.anonymous_id, e.user_id)
    ) visitor
  ) v
  where v.votes > 0;
end $$;
