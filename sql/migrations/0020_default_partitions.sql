-- The default partitions are a safety net, and are emptied: what lands there of a month that was dropped would never expire.

-- As before; a partition has the generated columns of its parent, and rows move by name.
create or replace function ensure_partition(parent text, at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '500ms' as $$
declare
  range  record;
  stored text;
begin
  if parent not in ('raw_product_views', 'raw_cart_events', 'raw_purchases') then
    raise exception 'unknown table %: expected raw_product_views, raw_cart_events or raw_purchases', parent;
  end if;
  range := partition_range(parent, at);
  if range.child is null or to_regclass(range.child) is not null then return; end if;
  -- One at a time: two batches that need the same partition would else both create it.
  perform pg_advisory_xact_lock(hashtext('ensure_partition'));
  if to_regclass(range.child) is not null then return; end if;
  execute format('create table %I (like %I including defaults including constraints including generated)', range.child, parent);
  begin
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, range.child, range.start_at, range.end_at);
  exception when check_violation then
    -- The default partition holds rows of this range: they move first, while nobody reads, who could see them in neither.
    execute format('alter table %I detach partition %I', parent, parent || '_default');
    select string_agg(quote_ident(attname), ', ' order by attnum) into stored from pg_attribute
    where attrelid = parent::regclass and attnum > 0 and not attisdropped and attgenerated = '';
    execute format(
      'with moved as (delete from %1$I where occurred_at >= %2$L and occurred_at < %3$L returning *)
       insert into %4$I (%5$s) select %5$s from moved',
      parent || '_default', range.start_at, range.end_at, range.child, stored);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, range.child, range.start_at, range.end_at);
    execute format('alter table %I attach partition %I default', parent, parent || '_default');
  end;
end $$;

-- Makes the partition for the oldest rows that wait in the default partition, moves them there, and returns its name; null when
-- none waits but what only a wrong clock says. A lock that it does not get it tries for again, a second later.
create function empty_default_partition(parent text) returns text
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '500ms' as $$
declare
  tries   constant integer := 5;
  waiting timestamptz;
  child   text;
begin
  if parent is null or parent not in ('raw_product_views', 'raw_cart_events', 'raw_purchases') then
    raise exception 'unknown table %: expected raw_product_views, raw_cart_events or raw_purchases', parent;
  end if;
  for try in 1 .. tries loop
    begin
      -- Before the table is looked at, whose lock is to be strengthened; given back with it when another is not to be had.
      perform pg_advisory_xact_lock(hashtext('ensure_partition'));
      execute format('select min(occurred_at) from %I', parent || '_default') into waiting;
      child := case when waiting is not null then (partition_range(parent, waiting)).child end;
      if child is not null then perform ensure_partition(parent, waiting); end if;
      return child;
    exception when lock_not_available then
      if try = tries then raise; end if;
      perform pg_sleep(1);
    end;
  end loop;
end $$;
revoke all on function empty_default_partition(text) from public;
grant execute on function empty_default_partition(text) to bazaar_maintainer;
