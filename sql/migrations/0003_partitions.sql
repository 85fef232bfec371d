-- Monthly partitions, made ahead and on demand. Runs with the owner's rights, because writers must not create tables.

create function ensure_month(parent regclass, month timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  start_at timestamptz := date_trunc('month', month, 'UTC');
  end_at   timestamptz := start_at + interval '1 month';
  child    text := format('%s_%s', parent::text, to_char(start_at at time zone 'UTC', 'YYYY_MM'));
begin
  if parent::text not in ('raw_product_views', 'raw_cart_events', 'raw_purchases') then
    raise exception 'unknown table %: expected raw_product_views, raw_cart_events or raw_purchases', parent;
  end if;
  if to_regclass(child) is not null then return; end if;
  -- One at a time: two batches that need the same month would else both create it.
  perform pg_advisory_xact_lock(hashtext('ensure_month'));
  if to_regclass(child) is not null then return; end if;
  execute format('create table %I (like %s including defaults including constraints)', child, parent);
  execute format('alter table %s detach partition %I', parent, parent::text || '_default');
  execute format(
    'with moved as (delete from %1$I where occurred_at >= %2$L and occurred_at < %3$L returning *) insert into %4$I select * from moved',
    parent::text || '_default', start_at, end_at, child);
  execute format('alter table %s attach partition %I for values from (%L) to (%L)', parent, child, start_at, end_at);
  execute format('alter table %s attach partition %I default', parent, parent::text || '_default');
end $$;

create function ensure_months(parent regclass, months timestamptz[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  month timestamptz;
begin
  foreach month in array months loop
    perform ensure_month(parent, month);
  end loop;
end $$;

select ensure_months(parent, array(select date_trunc('month', now(), 'UTC') + n * interval '1 month' from generate_series(-1, 3) n))
from unnest(array['raw_product_views', 'raw_cart_events', 'raw_purchases']::regclass[]) parent;
