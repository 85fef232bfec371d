-- Deletes a portion of the raw rows of a settled erasure and takes them out of the counters of their products: of one person
-- and one table, the oldest first, in one transaction. Gives the table and the number, or null when none is left.
--
-- What the rows say of a product's attributes is about the product and stays, as it does when a partition expires.
create or replace function erase_rows(number uuid, portion integer) returns jsonb
language plpgsql set search_path = public, pg_temp set enable_hashjoin = off set enable_mergejoin = off set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  person  record;
  target  text;
  owner   text;
  counted text;
  edge    timestamptz;
  changed bigint;
begin
  for person in
    select is_anonymous, user_id, erased_upto from people_being_erased
    where receipt = number and erased_upto is not null order by is_anonymous, user_id
  loop
    owner := case when person.is_anonymous then 'anonymous_id = $1 and user_id is null' else 'user_id = $1' end;
    foreach target in array array['raw_product_views', 'raw_cart_events'] loop
      execute format(
        'select max(event_at) from (select event_at from %I where %s and received_at <= $2 order by event_at limit $3) e', target, owner)
        into edge using person.user_id, person.erased_upto, portion;
      continue when edge is null;
      counted := case target
        when 'raw_product_views' then 'select product_id, date_trunc(''hour'', event_at) as hour, -count(*) as views, 0 as cart_adds
          from gone where not is_bot group by 1, 2'
        else 'select product_id, date_trunc(''hour'', event_at) as hour, 0 as views, -count(*) as cart_adds
          from gone where not is_bot and type = ''add_to_cart'' group by 1, 2' end;
      if target = 'raw_product_views' then perform keep_attributes(owner, person.user_id, person.erased_upto, edge); end if;
      execute format($sql$
        with gone as (delete from %I where %s and received_at <= $2 and event_at <= $3 returning *),
        subtracted as (
          insert into product_popularity as p (product_id, hour, views, cart_adds)
          select * from (%s) c order by product_id, hour
          on conflict (product_id, hour) do update set views = p.views + excluded.views, cart_adds = p.cart_adds + excluded.cart_adds
        )
        select count(*) from gone
      $sql$, target, owner, counted) into changed using person.user_id, person.erased_upto, edge;
      return jsonb_build_object(target, changed);
    end loop;
  end loop;
  return null;
end $$;
revoke all on function erase_rows(uuid, integer) from public;
