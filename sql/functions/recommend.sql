-- What a visitor is likely to touch next, from the newest rows and the trained model. A function, so that its plans are made
-- once a connection: planning it as a statement took longer than running it (docs/decisions/0010).
--
-- The request: visitor, follow_links (a person with every linked id, or one anonymous id's rows alone), page_product, wanted,
-- mode (discover: the visitor's own products last; continue: where they rank), excludes_purchased, rebuy_categories,
-- only_category, same_category (as page_product), min_price and max_price in currency, denied, max_per_category, fills (places
-- that stay empty get what is trending), trending (what the caller knows to be trending, from `kept_trending`; used where it
-- is enough), at (rows and links until then count), model_version (the current one when absent). A key that is absent asks
-- for nothing.
--
-- The score is a conditional logit (McFadden 1974) whose weights the trainer learns on the last days held out. What pairs of
-- products contribute is folded into two numbers a pair (product_neighbors); what similar visits went on to, and what the
-- visitor did, is read from raw rows. Every step is capped and reads off an index, whatever the history: what a bot or
-- another user left under an id is dropped after the cut, not searched past.
create or replace function recommend(request jsonb)
returns table (product_id text, score double precision, reason text)
language plpgsql stable
-- The newest rows of a product or a visitor come off an index in order; a plan that collects all of them and sorts is right
-- on average and slow for a popular product (measured 150 ms instead of 15). Compiling costs more than running. The functions that
-- this one calls are planned under the same settings.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off
as $$
#variable_conflict use_column
declare
  context_products constant integer := 10;
  trail_touches    constant integer := 50;
  linked_ids       constant integer := 10;
  lately           constant interval := '30 days';
  -- How far a clock may be off for its events to be found among the latest.
  clocks           constant interval := '1 day';
  bought_lines     constant integer := 2000;
  -- What a model from before a weight existed does not say counts for nothing.
  no_weights       constant jsonb   := '{"position_decay": 0.7, "half_life_days": 7, "visits": 0, "visits_root": 0, "own": 0, "own_fast": 0, "own_slow": 0,
    "last": 0, "second": 0, "count": 0, "again": 0, "repeat_share": 0, "last_repeat": 0}';
  max_trending     constant integer := 300;
  -- Below everything that the visitor gave a reason for.
  trending_gap     constant double precision := 1;

  visitor    constant text        := request ->> 'visitor';
  page       constant text        := request ->> 'page_product';
  follows    constant boolean     := coalesce((request ->> 'follow_links')::boolean, false);
  wanted     constant integer     := (request ->> 'wanted')::integer;
  upto       constant timestamptz := coalesce((request ->> 'at')::timestamptz, 'infinity');
  discovers  constant boolean     := coalesce(request ->> 'mode', 'discover') = 'discover';
  min_price  constant numeric     := (request ->> 'min_price')::numeric;
  max_price  constant numeric     := (request ->> 'max_price')::numeric;
  per_category constant integer   := (request ->> 'max_per_category')::integer;
  denied     constant text[]      := array(select jsonb_array_elements_text(request -> 'denied'));
  rebuy      constant text[]      := array(select jsonb_array_elements_text(request -> 'rebuy_categories'));
  category_wanted text := request ->> 'only_category';
  kept constant jsonb := coalesce(request -> 'trending', '[]');
  trending_wanted integer;
  is_kept    boolean;
  version    text;
  w          jsonb;
  decay      double precision;
  person     text;
  anons      text[];
  -- What the visitor's id is: user, linked (an anonymous id), anonymous, or either.
  standing   text := 'anonymous';
  is_user    boolean;
  newest     timestamptz;
  bought     text[] := '{}';
  trail      text[];
  products   text[];
  counts     bigint[];
  followed   text[];
  repeat_share double precision;
begin
  select r.model_version, no_weights || r.weights into version, w from model_runs r
  where r.model_version = coalesce(request ->> 'model_version', (select c.model_version from current_model c));
  decay := (w ->> 'position_decay')::double precision;
  if coalesce((request ->> 'same_category')::boolean, false) then
    -- A category has at least one character: of an unknown one there is nothing.
    category_wanted := coalesce((select p.category from products p where p.product_id = page), '');
  end if;

  newest := coalesce((select p.hour + interval '1 hour' from product_popularity p where p.hour <= upto order by p.hour desc limit 1), now());
  -- A known user comes before an anonymous id of the same name, which anybody can make up and link. Where neither is known, what
  -- the id is shows in the rows that it is found on.
  if follows then
    person := visitor;
    select case when exists (select from identities i where i.user_id = visitor and i.linked_at <= upto)
        or exists (select from user_sessions u where u.user_id = visitor and not u.is_anonymous)
        or exists (select from user_purchase_history h where h.user_id = visitor and not h.is_anonymous) then 'user'
      when exists (select from identities i where i.anonymous_id = visitor and i.linked_at <= upto) then 'linked' else 'either' end
    into standing;
    if standing = 'linked' then
      -- All partitions, which is dear, so that it is asked only here.
      if not exists (select from raw_product_views r where r.user_id = visitor) and not exists (select from raw_cart_events r where r.user_id = visitor)
        and not exists (select from raw_purchases r where r.user_id = visitor) then
        person := (select i.user_id from identities i where i.anonymous_id = visitor);
      end if;
    end if;
  end if;
  anons := case when standing in ('anonymous', 'either') then array[visitor] else array(
    select i.anonymous_id from identities i where i.user_id = person and i.linked_at <= upto order by i.linked_at desc limit linked_ids
  ) end;

  if visitor <> '' then
    -- The newest weeks first, in few partitions. Only who left nothing there is looked for everywhere: one who comes back after
    -- months, or whose clock is years off.
    for attempt in 1 .. 2 loop
      select array_agg(t.product_id order by t.nth) filter (where t.nth <= trail_touches), coalesce(array_agg(t.product_id) filter (where t.is_purchase), '{}'),
        coalesce(bool_or(t.is_users), false)
      into trail, bought, is_user
      from (
        select f.*, row_number() over (order by f.event_at desc, f.product_id) as nth from (
          select v.*, bool_or(v.is_users) over () as is_known
          from visitor_touches(person, anons, follows,
            case attempt when 1 then newest - lately else '-infinity' end, case attempt when 1 then newest + clocks else 'infinity' end, upto) v
        ) f
        -- An anonymous id of a user's name is somebody else's.
        where f.is_users or not f.is_known or standing <> 'either'
      ) t;
      exit when trail is not null;
    end loop;
    if standing = 'either' then
      person := case when is_user then visitor end;
      anons := case when is_user then '{}' else anons end;
    end if;
    bought := case when coalesce((request ->> 'excludes_purchased')::boolean, true) then bought || array(
      select h.product_id from (
        select person as id, false as is_anonymous where person is not null union all select a, true from unnest(anons) a
      ) owner cross join lateral (
        select u.product_id from user_purchase_history u
        where u.user_id = owner.id and u.is_anonymous = owner.is_anonymous and u.occurred_at <= upto
        order by u.occurred_at desc limit bought_lines
      ) h
    ) else '{}' end;
  end if;
  if page is not null and trail[1] is distinct from page then trail := page || trail; end if;

  select array_agg(c.product_id order by c.latest), array_agg(c.times order by c.latest), 1 - max(c.distinct_products) / cardinality(trail)::double precision
  into products, counts, repeat_share
  from (
    select t.product_id, min(t.nth) as latest, count(*) as times, count(*) over () as distinct_products
    from unnest(trail) with ordinality t (product_id, nth)
    group by 1 order by 2 limit context_products
  ) c;
  followed := array(select trail[n - 1] from generate_subscripts(trail, 1) n where n > 1 and trail[n] = trail[1]);

  -- Beyond what is asked for, as many as the rules may turn away.
  trending_wanted := least(max_trending, case when coalesce(min_price, max_price, per_category) is null
    then wanted + cardinality(denied) + cardinality(bought) + coalesce(cardinality(products), 0) else max_trending end);
  is_kept := category_wanted is null and upto = 'infinity' and jsonb_array_length(kept) >= trending_wanted;

  return query
  with context as materialized (
    select c.product_id, c.nth - 1 as position, decay ^ (c.nth - 1) as weight, c.times
    from unnest(products, counts) with ordinality c (product_id, times, nth)
  ),
  -- A reason is the one of the pair that adds most: its place in the last three bits, below the gain.
  trained as materialized (
    select n.product_id, sum(n.gain) as gain, (max((greatest(n.gain, 0) * 1e6)::bigint * 8 + n.reason) & 7) as reason
    from context c
    join product_neighbors p on p.model_version = version and p.product_id = c.product_id
    cross join lateral (
      select t.product_id, case when c.position = 0 then t.when_last else c.weight * t.when_before end as gain, t.reason
      from unnest(p.neighbors, p.when_last, p.when_before, p.reasons) t (product_id, when_last, when_before, reason)
    ) n
    group by 1
  ),
  gone_on as materialized (
    select g.* from similar_visits(products[1:3], decay, person, anons, newest, upto) g where products is not null
  ),
  own as materialized (
    select c.product_id,
      (w ->> 'own')::double precision + (w ->> 'own_fast')::double precision * 0.5 ^ c.position + (w ->> 'own_slow')::double precision * 0.8 ^ c.position
      + case c.position when 0 then (w ->> 'last')::double precision when 1 then (w ->> 'second')::double precision else 0 end
      + (w ->> 'count')::double precision * ln(c.times) + (w ->> 'repeat_share')::double precision * repeat_share
      + case when c.product_id = any (followed) then (w ->> 'again')::double precision else 0 end
      + case when c.position = 0 and trail[2] = trail[1] then (w ->> 'last_repeat')::double precision else 0 end as gain
    from context c
  ),
  scored as materialized (
    select product_id, o.product_id is not null as is_own,
      coalesce(t.gain, 0) + coalesce(o.gain, 0)
        + coalesce((w ->> 'visits')::double precision * g.support / strongest.support + (w ->> 'visits_root')::double precision * sqrt(g.support / strongest.support), 0) as points,
      case when o.product_id is not null then 'seen_before'
        when g.bought >= 0.25 * g.support then 'bought_together' when g.added >= 0.25 * g.support then 'added_together'
        else coalesce((array['bought_together', 'added_together', 'viewed_together', 'similar'])[t.reason], 'viewed_together') end as reason
    from trained t full join gone_on g using (product_id) full join own o using (product_id)
    cross join (select max(gone_on.support) as support from gone_on) strongest
  ),
  -- Looked up one by one, the likeliest first, until enough may be shown: a nested loop keeps the order of its outer side, and
  -- to sort here again would look all of them up. A cap on categories has to see them all.
  likely as materialized (
    select s.*, p.category
    from (
      select o.*, discovers and o.is_own as is_last from scored o order by discovers and o.is_own, o.points desc, o.product_id offset 0
    ) s
    cross join lateral may_be_shown(s.product_id, request, category_wanted, denied, bought, rebuy) p
    limit case when per_category is null then wanted end
  ),
  filling as materialized (
    select t.product_id, false as is_own,
      coalesce((select min(s.points) from scored s), 0) - trending_gap + t.points as points, 'trending' as reason, false as is_last, p.category
    from (
      select v.product_id, ln(v.votes / max(v.votes) over ()) as points from (
        select n.product_id, n.votes from trending(version, (w ->> 'half_life_days')::double precision, trending_wanted, category_wanted, upto) n
        where not is_kept
        union all
        select k.product_id, k.votes from jsonb_to_recordset(kept) k (product_id text, votes double precision) where is_kept
      ) v
      order by v.votes desc, v.product_id offset 0
    ) t
    cross join lateral may_be_shown(t.product_id, request, category_wanted, denied, bought, rebuy) p
    where coalesce((request ->> 'fills')::boolean, true)
      and (per_category is not null or (select count(*) from likely l where not l.is_last) < wanted)
      and not exists (select from scored s where s.product_id = t.product_id)
    limit case when per_category is null then wanted end
  ),
  -- exp(−700) is nothing beside 1, and exp(−746) would be an error.
  chances as (
    select c.*, exp(greatest(c.points - max(c.points) over (), -700)) as odds from (select points from scored union all select points from filling) c
  ),
  listed as (
    select c.*, row_number() over (partition by c.category order by c.is_last, c.points desc, c.product_id) as nth_of_category
    from (select * from likely union all select * from filling) c
  ),
  ranked as (
    select l.product_id, l.reason, l.is_last, l.points,
      exp(greatest(l.points - (select max(c.points) from chances c), -700)) / (select sum(c.odds) from chances c) as share
    from listed l where per_category is null or l.category is null or l.nth_of_category <= per_category
    order by l.is_last, l.points desc, l.product_id limit wanted
  )
  -- What comes last has a lower score than what comes before, too.
  select r.product_id,
    r.share * case when r.is_last
      then least(1, 0.5 * min(r.share) filter (where not r.is_last) over () / max(r.share) filter (where r.is_last) over ()) else 1 end,
    r.reason
  from ranked r order by r.is_last, r.points desc, r.product_id;
end $$;
