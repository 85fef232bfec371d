-- What the tiles of the last 24 hours read, kept small: few of a shop's products are viewed twice in an hour, and cart events are
-- only counted.

-- As every batch does, and first.
lock table orders, persons in exclusive mode;

-- A column of its own, because an index on `views` itself would end updates in place; this one changes once.
alter table product_popularity add column is_repeated boolean generated always as (views > 1) stored;
create index on product_popularity (hour) where is_repeated;
comment on column product_popularity.is_repeated is 'viewed more than once in the hour';

create table cart_counts (
  hour    timestamptz not null,
  slot    integer     not null default 0,
  adds    bigint      not null,
  removes bigint      not null,
  primary key (hour, slot)
) with (fillfactor = 50);
comment on table cart_counts is 'cart events by hour, to be added up over the slots; of the last two days only';
comment on column cart_counts.slot is 'as in funnel_counts';

create function first_cart_hour() returns timestamptz
language sql stable set search_path = public, pg_temp as $$
  select date_trunc('hour', now(), 'UTC') - interval '48 hours'
$$;

create view derived.cart_counts as
select date_trunc('hour', event_at, 'UTC') as hour, count(*) filter (where type = 'add_to_cart') as adds,
  count(*) filter (where type = 'remove_from_cart') as removes
from raw_cart_events
where event_at >= (select first_cart_hour()) and not is_bot and type in ('add_to_cart', 'remove_from_cart')
group by 1;
grant select on derived.cart_counts to bazaar_writer;

create function count_carts() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into cart_counts as c (hour, slot, adds, removes)
    select date_trunc('hour', event_at, 'UTC'), own_slot(), count(*) filter (where type = 'add_to_cart'), count(*) filter (where type = 'remove_from_cart')
    from added
    where event_at >= first_cart_hour() and not is_bot and type in ('add_to_cart', 'remove_from_cart')
    group by 1
    on conflict (hour, slot) do update set adds = c.adds + excluded.adds, removes = c.removes + excluded.removes;
  else
    insert into cart_counts as c (hour, slot, adds, removes)
    select date_trunc('hour', event_at, 'UTC'), own_slot(), -count(*) filter (where type = 'add_to_cart'), -count(*) filter (where type = 'remove_from_cart')
    from removed
    where event_at >= first_cart_hour() and not is_bot and type in ('add_to_cart', 'remove_from_cart')
    group by 1
    on conflict (hour, slot) do update set adds = c.adds + excluded.adds, removes = c.removes + excluded.removes;
  end if;
  return null;
end $$;

create trigger count_added after insert on raw_cart_events referencing new table as added
  for each statement execute function count_carts();
create trigger count_removed after delete on raw_cart_events referencing old table as removed
  for each statement execute function count_carts();
insert into cart_counts (hour, adds, removes) select hour, adds, removes from derived.cart_counts;

create function forget_old_cart_counts() returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from cart_counts where hour < first_cart_hour()
$$;

revoke all on function first_cart_hour(), count_carts(), forget_old_cart_counts() from public;
grant execute on function forget_old_cart_counts() to bazaar_maintainer;

-- To start workers takes longer than what they would do.
alter role bazaar_bi set max_parallel_workers_per_gather = 0;
