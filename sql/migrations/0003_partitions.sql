-- Partitions, made ahead and on demand. They run with the owner's rights, because writers must not create tables.
--
-- Months from two years ago to three months ahead; whole years before that, so that a backfill, or a sender who makes up
-- times, cannot make more than some sixty partitions (planning a statement takes longer with each). What lies further
-- ahead, which only a wrong clock says, stays in the default partition.

create function partition_range(parent text, at timestamptz, out child text, out start_at timestamptz, out end_at timestamptz)
language plpgsql stable set timezone = 'UTC' as $$
declare
  oldest_month constant timestamptz := date_trunc('month', now()) - interval '24 months';
  newest_month constant timestamptz := date_trunc('month', now()) + interval '3 months';
  year_start   constant timestamptz := date_trunc('year', at);
begin
  if at >= newest_month + interval '1 month' then return; end if;
  -- A year whose months were made while they were young goes on by months.
  if year_start + interval '1 year' <= oldest_month and not exists (
    select from pg_inherits join pg_class on oid = inhrelid
    where inhparent = parent::regclass and starts_with(relname, format('%s_%s_', parent, to_char(at, 'YYYY')))
  ) then
    start_at := year_start;
    end_at := year_start + interval '1 year';
    child := format('%s_%s', parent, to_char(at, 'YYYY'));
  else
    start_at := date_trunc('month', at);
    end_at := start_at + interval '1 month';
    child := format('%s_%s', parent, to_char(at, 'YYYY_MM'));
  end if;
end $$;

-- Attaching waits for the statements that read the default partition. It gives up long before the deadlock detector would
-- step in (1 s); the caller tries again.
create function ensure_partition(parent text, at timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '500ms' as $$
declare
  range record;
begin
  if parent not in ('raw_product_views', 'raw_cart_events', 'raw_purchases') then
    raise exception 'unknown table %: expected raw_product_views, raw_cart_events or raw_purchases', parent;
  end if;
  range := partition_range(parent, at);
  if range.child is null or to_regclass(range.child) is not null then return; end if;
  -- One at a time: two batches that need the same partition would else both create it.
  perform pg_advisory_xact_lock(hashtext('ensure_partition'));
  if to_regclass(range.child) is not null then return; end if;
  execute format('create table %I (like %I including defaults including constraints)', range.child, parent);
  begin
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, range.child, range.start_at, range.end_at);
  exception when check_violation then
    -- The default partition holds rows of this range: they move first.
    execute format('alter table %I detach partition %I', parent, parent || '_default');
    execute format(
      'with moved as (delete from %1$I where occurred_at >= %2$L and occurred_at < %3$L returning *) insert into %4$I select * from moved',
      parent || '_default', range.start_at, range.end_at, range.child);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, range.child, range.start_at, range.end_at);
    execute format('alter table %I attach partition %I default', parent, parent || '_default');
  end;
end $$;

select ensure_partition(parent, date_trunc('month', now(), 'UTC') + n * interval '1 month')
from unnest(array['raw_product_views', 'raw_cart_events', 'raw_purchases']) parent, generate_series(-1, 3) n;
