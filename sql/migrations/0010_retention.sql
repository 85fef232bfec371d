-- Retention. Views and cart events expire; a partition is dropped in one piece, and what the aggregates still need of it
-- goes to schema `archive` first, so that raw rows and archive together give what all rows gave. Purchases are never
-- dropped: orders are recomputed from them, a refund may come to any of them, and they are business records of low volume.

create schema archive;

-- The earliest link of each anonymous id.
create table archive.links (
  anonymous_id text primary key,
  user_id      text        not null,
  event_at     timestamptz not null,
  event_id     uuid        not null,
  source       text        not null
);

create table archive.popularity (
  product_id text        not null,
  hour       timestamptz not null,
  views      bigint      not null default 0,
  cart_adds  bigint      not null default 0,
  primary key (product_id, hour)
);

-- What a dropped partition said about a session under the ids on its rows; each partition adds rows of its own.
create table archive.sessions (
  source         text        not null,
  session_id     text        not null,
  user_id        text,
  anonymous_id   text,
  first_event_at timestamptz not null,
  last_event_at  timestamptz not null,
  views          integer     not null,
  cart_adds      integer     not null,
  checkouts      integer     not null
);
create index on archive.sessions (user_id) where user_id is not null;
create index on archive.sessions (anonymous_id) where user_id is null;

-- The columns of derived.cart_moves. Of the moves under the same two ids, those before their last clear are not kept:
-- whatever links come, these rows will always be one person's.
create table archive.cart_moves (
  user_id      text,
  anonymous_id text,
  event_at     timestamptz not null,
  rank         smallint    not null,
  event_id     uuid        not null,
  source       text        not null,
  product_id   text,
  change       bigint,
  unit_price   numeric,
  currency     text
);
create index on archive.cart_moves (user_id) where user_id is not null;
create index on archive.cart_moves (anonymous_id) where user_id is null;

create table archive.products (
  product_id     text primary key,
  name           text,
  category       text,
  brand          text,
  unit_price     numeric,
  currency       text,
  name_stamp     text collate "C",
  category_stamp text collate "C",
  brand_stamp    text collate "C",
  price_stamp    text collate "C"
);

-- The derived views, over raw rows and archive. They read the archive with their owner's rights: nobody else needs any.

create or replace view derived.identities as
select distinct on (anonymous_id) anonymous_id, user_id, event_at as linked_at, event_id, source
from (
  select anonymous_id, user_id, event_at, event_id, source from raw_product_views where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_cart_events where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_purchases where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from archive.links
) links
order by anonymous_id, event_at, event_id, source;

create or replace view derived.product_popularity as
select product_id, date_trunc('hour', event_at, 'UTC') as hour, sum(views)::bigint as views, sum(cart_adds)::bigint as cart_adds,
  sum(units)::bigint as units_sold
from (
  select product_id, event_at, 1::bigint as views, 0::bigint as cart_adds, 0::bigint as units from raw_product_views where not is_bot
  union all
  select product_id, event_at, 0, 1, 0 from raw_cart_events where not is_bot and type = 'add_to_cart'
  union all
  select product_id, hour, views, cart_adds, 0 from archive.popularity
  union all
  select l.product_id, o.event_at, 0, 0, l.quantity
  from derived.orders o, derived.order_lines(array[o.order_id]) l
  where o.trusted
) counted
group by 1, 2;

-- One row for each thing that a session counts; the ids are those on the event. Of an archived session, the first row
-- carries the counts, the last one only its time.
create or replace view derived.session_events as
select source, session_id, user_id, anonymous_id, event_at, 1 as views, 0 as cart_adds, 0 as checkouts, 0 as purchases
from raw_product_views where session_id is not null and not is_bot
union all
select source, session_id, user_id, anonymous_id, event_at, 0, (type = 'add_to_cart')::integer, (type = 'begin_checkout')::integer, 0
from raw_cart_events where session_id is not null and not is_bot
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 0
from raw_purchases where session_id is not null
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 1
from orders where session_id is not null and event_id is not null
union all
select source, session_id, user_id, anonymous_id, first_event_at, views, cart_adds, checkouts, 0 from archive.sessions
union all
select source, session_id, user_id, anonymous_id, last_event_at, 0, 0, 0, 0 from archive.sessions;

create or replace view derived.cart_moves as
select user_id, anonymous_id, event_at, case type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end::smallint as rank,
  event_id, source, product_id, case type when 'add_to_cart' then quantity when 'remove_from_cart' then -quantity end::bigint as change,
  unit_price, currency
from raw_cart_events
where type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not is_bot
union all
select o.user_id, o.anonymous_id, o.event_at, 4::smallint, o.event_id, o.source, l ->> 'product_id', -(l ->> 'quantity')::bigint, null, null
from orders o, jsonb_array_elements(o.items) l
where o.event_id is not null
union all
select user_id, anonymous_id, event_at, rank, event_id, source, product_id, change, unit_price, currency from archive.cart_moves;

create or replace view derived.products as
with said as (
  select product_id, name, category, brand, unit_price, currency,
    (trusted::integer::text || to_char(event_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || event_id::text || source) collate "C" as stamp
  from raw_product_views where not is_bot
  union all
  select p.product_id, kept.* from archive.products p
  cross join lateral (values
    (p.name, null, null, null::numeric, null, p.name_stamp),
    (null, p.category, null, null, null, p.category_stamp),
    (null, null, p.brand, null, null, p.brand_stamp),
    (null, null, null, p.unit_price, p.currency, p.price_stamp)
  ) kept
)
select product_id,
  (array_agg(name order by stamp collate "C" desc) filter (where name is not null))[1] as name,
  (array_agg(category order by stamp collate "C" desc) filter (where category is not null))[1] as category,
  (array_agg(brand order by stamp collate "C" desc) filter (where brand is not null))[1] as brand,
  (array_agg(unit_price order by stamp collate "C" desc) filter (where unit_price is not null))[1] as unit_price,
  (array_agg(currency order by stamp collate "C" desc) filter (where unit_price is not null))[1] as currency,
  max(stamp collate "C") filter (where name is not null) as name_stamp,
  max(stamp collate "C") filter (where category is not null) as category_stamp,
  max(stamp collate "C") filter (where brand is not null) as brand_stamp,
  max(stamp collate "C") filter (where unit_price is not null) as price_stamp
from said
group by product_id;

-- What is kept of a partition that goes. Each reads the partition itself, never its parent: a lock on the parent that is
-- held before consumers are kept out, and strengthened afterwards, could close a circle with one that is making partitions.

create function archive.keep_links(child text) returns void language plpgsql as $$
begin
  execute format($sql$
    insert into archive.links as l (anonymous_id, user_id, event_at, event_id, source)
    select distinct on (anonymous_id) anonymous_id, user_id, event_at, event_id, source from %I
    where user_id is not null and anonymous_id is not null
    order by anonymous_id, event_at, event_id, source
    on conflict (anonymous_id) do update
    set user_id = excluded.user_id, event_at = excluded.event_at, event_id = excluded.event_id, source = excluded.source
    where (excluded.event_at, excluded.event_id, excluded.source) < (l.event_at, l.event_id, l.source)
  $sql$, child);
end $$;

create function archive.keep_views(child text) returns void language plpgsql as $$
begin
  execute format($sql$
    insert into archive.popularity as p (product_id, hour, views)
    select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from %I where not is_bot group by 1, 2
    on conflict (product_id, hour) do update set views = p.views + excluded.views
  $sql$, child);
  execute format($sql$
    insert into archive.sessions (source, session_id, user_id, anonymous_id, first_event_at, last_event_at, views, cart_adds, checkouts)
    select source, session_id, user_id, anonymous_id, min(event_at), max(event_at), count(*), 0, 0
    from %I where session_id is not null and not is_bot
    group by 1, 2, 3, 4
  $sql$, child);
  execute format($sql$
    insert into archive.products as p
      (product_id, name, name_stamp, category, category_stamp, brand, brand_stamp, unit_price, currency, price_stamp)
    select product_id,
      (array_agg(name order by stamp collate "C" desc) filter (where name is not null))[1],
      max(stamp collate "C") filter (where name is not null),
      (array_agg(category order by stamp collate "C" desc) filter (where category is not null))[1],
      max(stamp collate "C") filter (where category is not null),
      (array_agg(brand order by stamp collate "C" desc) filter (where brand is not null))[1],
      max(stamp collate "C") filter (where brand is not null),
      (array_agg(unit_price order by stamp collate "C" desc) filter (where unit_price is not null))[1],
      (array_agg(currency order by stamp collate "C" desc) filter (where unit_price is not null))[1],
      max(stamp collate "C") filter (where unit_price is not null)
    from (
      select *, trusted::integer::text || to_char(event_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || event_id::text || source as stamp
      from %I where not is_bot
    ) said
    group by product_id
    on conflict (product_id) do update
    set name = case when excluded.name_stamp > coalesce(p.name_stamp, '') then excluded.name else p.name end,
      category = case when excluded.category_stamp > coalesce(p.category_stamp, '') then excluded.category else p.category end,
      brand = case when excluded.brand_stamp > coalesce(p.brand_stamp, '') then excluded.brand else p.brand end,
      unit_price = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.unit_price else p.unit_price end,
      currency = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.currency else p.currency end,
      name_stamp = greatest(p.name_stamp, excluded.name_stamp), category_stamp = greatest(p.category_stamp, excluded.category_stamp),
      brand_stamp = greatest(p.brand_stamp, excluded.brand_stamp), price_stamp = greatest(p.price_stamp, excluded.price_stamp)
  $sql$, child);
end $$;

create function archive.keep_cart_events(child text) returns void language plpgsql as $$
begin
  execute format($sql$
    insert into archive.popularity as p (product_id, hour, cart_adds)
    select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from %I where type = 'add_to_cart' and not is_bot group by 1, 2
    on conflict (product_id, hour) do update set cart_adds = p.cart_adds + excluded.cart_adds
  $sql$, child);
  execute format($sql$
    insert into archive.sessions (source, session_id, user_id, anonymous_id, first_event_at, last_event_at, views, cart_adds, checkouts)
    select source, session_id, user_id, anonymous_id, min(event_at), max(event_at), 0,
      count(*) filter (where type = 'add_to_cart'), count(*) filter (where type = 'begin_checkout')
    from %I where session_id is not null and not is_bot
    group by 1, 2, 3, 4
  $sql$, child);
  execute format($sql$
    insert into archive.cart_moves (user_id, anonymous_id, event_at, rank, event_id, source, product_id, change, unit_price, currency)
    select user_id, anonymous_id, event_at, case type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end,
      event_id, source, product_id, case type when 'add_to_cart' then quantity when 'remove_from_cart' then -quantity end,
      unit_price, currency
    from %I where type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not is_bot
  $sql$, child);
  -- An id is never empty, so that an empty one can stand for none: nulls are not equal, and could not be hashed.
  with last_clear as (
    select distinct on (user_id, anonymous_id) * from archive.cart_moves where rank = 3
    order by user_id, anonymous_id, event_at desc, event_id desc, source desc
  )
  delete from archive.cart_moves m using last_clear c
  where coalesce(m.user_id, '') = coalesce(c.user_id, '') and coalesce(m.anonymous_id, '') = coalesce(c.anonymous_id, '')
    and (m.event_at, m.rank, m.event_id, m.source) < (c.event_at, c.rank, c.event_id, c.source);
end $$;

-- The oldest partition of which nothing may stay: its whole range lies before the cutoff, and so does every receipt. A
-- backfill of old events is new.
create function archive.expired_partition(parent text, cutoff timestamptz) returns text language plpgsql as $$
declare
  child  text;
  is_new boolean;
begin
  for child in
    select relname from pg_inherits join pg_class c on c.oid = inhrelid
    where inhparent = parent::regclass and substring(pg_get_expr(relpartbound, c.oid) from $re$TO \('(.+)'\)$re$)::timestamptz <= cutoff
    order by substring(pg_get_expr(relpartbound, c.oid) from $re$TO \('(.+)'\)$re$)::timestamptz
  loop
    execute format('select exists (select from %I where received_at >= $1)', child) into is_new using cutoff;
    if not is_new then return child; end if;
  end loop;
  return null;
end $$;

-- Drops one expired partition and returns its name, or null when there is none.
--
-- It condenses the partition while consumers work, which may take minutes, and keeps them out only to see that nothing came
-- meanwhile and to drop it. Every batch begins by locking a row of `orders` or `persons`; until then this transaction holds
-- nothing that a batch could wait for, so that no circle can close. Locks are given up after 2 s: others wait behind them,
-- and a vacuum of the partition is sent away after 1 s. Then it tries again, the condensed rows at hand.
create function drop_expired_partition(parent text, cutoff timestamptz) returns text
language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '2s' set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
  minimum_age constant interval := '35 days'; -- the topics keep 7 days, failed batches and dead letters are replayed for 30
  tries       constant integer  := 5;
  child       text;
  condensed   bigint;
  present     bigint;
  newest      timestamptz;
begin
  if parent is null or parent not in ('raw_product_views', 'raw_cart_events') then
    raise exception 'table % does not expire: expected raw_product_views or raw_cart_events', parent;
  end if;
  if cutoff is null or cutoff > now() - minimum_age then
    raise exception 'cutoff % is too young: expected % before now or more', cutoff, minimum_age;
  end if;
  perform pg_advisory_xact_lock(hashtext('drop_expired_partition'));
  child := archive.expired_partition(parent, cutoff);
  if child is null then return null; end if;
  execute format('select count(*), max(received_at) from %I', child) into condensed, newest;
  perform archive.keep_links(child);
  if parent = 'raw_product_views' then perform archive.keep_views(child); else perform archive.keep_cart_events(child); end if;
  for try in 1 .. tries loop
    begin
      lock table orders, persons in exclusive mode;
      execute format('select count(*) from %I', child) into present;
      if present <> condensed or newest >= cutoff then
        raise exception 'rows came to % while it was condensed', child using errcode = 'serialization_failure';
      end if;
      execute format('drop table %I', child);
      return child;
    exception when lock_not_available then
      if try = tries then raise; end if;
      perform pg_sleep(1);
    end;
  end loop;
end $$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_maintainer') then create role bazaar_maintainer login; end if;
end $$;
-- lock_timeout < statement_timeout < the function's 15 minutes. It sorts a month of events.
alter role bazaar_maintainer set lock_timeout = '8s';
alter role bazaar_maintainer set statement_timeout = '14min';
alter role bazaar_maintainer set work_mem = '64MB';

revoke all on all functions in schema archive from public;
revoke all on function drop_expired_partition(text, timestamptz) from public;
grant usage on schema public to bazaar_maintainer;
grant execute on function ensure_partition(text, timestamptz), drop_expired_partition(text, timestamptz) to bazaar_maintainer;
