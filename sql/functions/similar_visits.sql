-- What similar visits went on to: who viewed the visitor's latest products last, and what else they touched around that time
-- (VS-kNN, Ludewig and Jannach 2018, on raw rows). Each other visitor has one voice, the best visit, so that one who comes
-- a hundred times cannot speak for a hundred; and views come from two depths of time, so that a burst cannot hide everybody
-- before. Few touches and neighbours cost hardly any accuracy beside a trained model (docs/decisions/0011).
--
-- The products come newest first; the weight of each falls by `decay`. `support` is the sum over visits of their similarity
-- by the root of their length; `added` and `bought` is the part of it from visits that did so. `newest` is the end of the
-- newest hour with data, `upto` the moment as of which it answers.
create or replace function similar_visits(latest text[], decay double precision, person text, anons text[], newest timestamptz, upto timestamptz)
returns table (product_id text, support double precision, added double precision, bought double precision)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  views_per_depth   constant integer := 8;
  neighbours        constant integer := 12;
  events_per_visit  constant integer := 20;
  lines_per_visit   constant integer := 5;
  -- What a visitor did within an hour of the touch is one visit, named or not; orders may be reported within a day.
  visit   constant interval := '1 hour';
  reported constant interval := '1 day';
  -- How far a clock may be off for its visit to be found: it lets the plan skip partitions, as `since` and `until` do, which
  -- are known before it starts and so keep it from opening what it skips.
  clocks   constant interval := '1 day';
  since    constant timestamptz := least(newest, upto) - interval '30 days';
  until    constant timestamptz := newest + clocks;
begin
  return query
  with touches as (
    select l.product_id, decay ^ (l.nth - 1) as weight, t.user_id, t.anonymous_id, t.session_id, t.event_at
    from unnest(latest) with ordinality l (product_id, nth)
    cross join unnest(array[interval '0', '1 day']) depth
    cross join lateral (
      select r.user_id, r.anonymous_id, r.session_id, r.event_at, r.is_bot from raw_product_views r
      where r.product_id = l.product_id and r.occurred_at >= since and r.occurred_at < until and r.event_at <= least(upto, newest - depth)
      order by r.event_at desc limit views_per_depth
    ) t
    where not t.is_bot and t.user_id is distinct from coalesce(person, '') and (t.anonymous_id is null or t.anonymous_id <> all (anons))
      and coalesce(t.user_id, t.anonymous_id) is not null
  ),
  visits as (
    select v.visitor, v.is_anonymous, max(v.touched_at) as touched_at, sum(v.weight) as similarity
    from (
      select coalesce(anonymous_id, user_id) as visitor, anonymous_id is not null as is_anonymous, session_id, product_id,
        max(event_at) as touched_at, max(weight) as weight
      from touches group by 1, 2, 3, 4
    ) v
    group by v.visitor, v.is_anonymous, v.session_id
  ),
  nearest as materialized (
    select best.*, coalesce(i.user_id, best.visitor) as buyer, best.is_anonymous and i.user_id is null as is_anonymous_buyer
    from (
      select * from (
        select distinct on (visitor, is_anonymous) visitor, is_anonymous, touched_at, similarity
        from visits order by visitor, is_anonymous, similarity desc, touched_at desc
      ) each_visitor
      order by similarity desc, touched_at desc limit neighbours
    ) best
    left join lateral (select * from identities j where j.anonymous_id = best.visitor and best.is_anonymous limit 1) i on true
  ),
  touched as (
    select n.visitor, n.is_anonymous, n.similarity, e.product_id, bool_or(e.added) as added, bool_or(e.bought) as bought
    from nearest n cross join lateral (
      (select r.product_id, false as added, false as bought from raw_product_views r
       where n.is_anonymous and r.anonymous_id = n.visitor and r.occurred_at >= since - clocks and r.occurred_at < until and r.occurred_at between n.touched_at - clocks and n.touched_at + clocks
         and r.event_at between n.touched_at - visit and least(n.touched_at + visit, upto) order by r.event_at desc limit events_per_visit)
      union all
      (select r.product_id, false, false from raw_product_views r
       where not n.is_anonymous and r.user_id = n.visitor and r.occurred_at >= since - clocks and r.occurred_at < until and r.occurred_at between n.touched_at - clocks and n.touched_at + clocks
         and r.event_at between n.touched_at - visit and least(n.touched_at + visit, upto) order by r.event_at desc limit events_per_visit)
      union all
      select c.product_id, true, false from (
        (select r.product_id, r.type from raw_cart_events r
         where n.is_anonymous and r.anonymous_id = n.visitor and r.occurred_at >= since - clocks and r.occurred_at < until and r.occurred_at between n.touched_at - clocks and n.touched_at + clocks
           and r.event_at between n.touched_at - visit and least(n.touched_at + visit, upto) order by r.event_at desc limit events_per_visit)
        union all
        (select r.product_id, r.type from raw_cart_events r
         where not n.is_anonymous and r.user_id = n.visitor and r.occurred_at >= since - clocks and r.occurred_at < until and r.occurred_at between n.touched_at - clocks and n.touched_at + clocks
           and r.event_at between n.touched_at - visit and least(n.touched_at + visit, upto) order by r.event_at desc limit events_per_visit)
      ) c where c.type = 'add_to_cart'
      union all
      (select h.product_id, false, true from user_purchase_history h
       where h.user_id = n.buyer and h.is_anonymous = n.is_anonymous_buyer
         and h.occurred_at between n.touched_at - visit and least(n.touched_at + reported, upto) order by h.occurred_at desc limit lines_per_visit)
    ) e
    group by 1, 2, 3, 4
  )
  select s.product_id, sum(s.share), coalesce(sum(s.share) filter (where s.added), 0), coalesce(sum(s.share) filter (where s.bought), 0)
  from (select t.*, t.similarity / sqrt(count(*) over (partition by t.visitor, t.is_anonymous)) as share from touched t) s
  group by s.product_id;
end $$;
