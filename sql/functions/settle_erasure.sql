-- Takes everything that names the people of an erasure from every table, but for the raw rows that only count, of which there
-- may be very many: from here on the derived views leave them out, and erase_rows deletes them in portions. One transaction.
--
-- Locks as a batch takes them: orders, anonymous ids, users, each sorted. Who comes to be concerned while it waits lets it
-- begin again (40001), since their locks could not be taken in that order any more.
create or replace function settle_erasure(number uuid) returns jsonb
language plpgsql set search_path = public, pg_temp set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  users     text[] := array(select user_id from people_being_erased where receipt = number and not is_anonymous);
  asked     text[] := array(select user_id from people_being_erased where receipt = number and is_anonymous);
  anons     text[];
  order_ids text[];
  upto      timestamptz;
  removed   jsonb := '{"raw_product_views": 0, "raw_cart_events": 0}';
  changed   bigint;
begin
  -- Who is linked to a user goes with the user; an id that is another person's by now goes with that one.
  anons := array(
    select a from unnest(asked) a where not exists (select from identities i where i.anonymous_id = a and i.user_id <> all (users))
    union select anonymous_id from identities where user_id = any (users)
  );
  order_ids := array(select orders_named_by(users, anons));
  perform from orders where order_id = any (order_ids) order by order_id for update;
  insert into persons (is_anonymous, user_id) select true, a from unnest(anons) a order by a on conflict do nothing;
  perform from persons where is_anonymous and user_id = any (anons) order by user_id for update;
  insert into persons (is_anonymous, user_id) select false, u from unnest(users) u order by u on conflict do nothing;
  perform from persons where not is_anonymous and user_id = any (users) order by user_id for update;
  if exists (select from identities where user_id = any (users) and anonymous_id <> all (anons))
    or exists (select from identities where anonymous_id = any (anons) and user_id <> all (users))
    or exists (select from orders_named_by(users, anons) o (id) where o.id <> all (order_ids)) then
    raise exception 'the person got another id or order meanwhile' using errcode = 'serialization_failure';
  end if;

  -- The database's clock may be behind the API's: nothing that is stored by now was received later.
  upto := greatest(clock_timestamp(), (select max(received_at) from (
    select received_at from raw_product_views where user_id = any (users)
    union all select received_at from raw_product_views where anonymous_id = any (anons) and user_id is null
    union all select received_at from raw_cart_events where user_id = any (users)
    union all select received_at from raw_cart_events where anonymous_id = any (anons) and user_id is null
    union all select received_at from raw_purchases where user_id = any (users)
    union all select received_at from raw_purchases where anonymous_id = any (anons) and user_id is null
  ) stored));

  -- The books stay: amounts, products, the order's number. What the sender sent can no longer be compared, or ids be tried.
  update raw_purchases set user_id = null, anonymous_id = null, session_id = null, digest = '00000000-0000-0000-0000-000000000000',
    context = nullif(jsonb_strip_nulls(jsonb_build_object('currency_defaulted', context -> 'currency_defaulted')), '{}')
  where order_id = any (order_ids) and (user_id = any (users) or (anonymous_id = any (anons) and user_id is null));
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('raw_purchases', changed);
  update orders set user_id = null, anonymous_id = null, session_id = null
  where order_id = any (order_ids) and (user_id = any (users) or (anonymous_id = any (anons) and user_id is null));
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('orders', changed);

  delete from archive.links where user_id = any (users);
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('archive.links', changed);
  delete from archive.sessions where user_id = any (users) or (anonymous_id = any (anons) and user_id is null);
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('archive.sessions', changed);
  delete from archive.cart_moves where user_id = any (users) or (anonymous_id = any (anons) and user_id is null);
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('archive.cart_moves', changed);

  delete from people_being_erased where receipt = number and is_anonymous and user_id <> all (anons) and erased_upto is null;
  insert into people_being_erased as b (is_anonymous, user_id, receipt, erased_upto, is_settled)
  select false, u, number, upto, true from unnest(users) u union all select true, a, number, upto, true from unnest(anons) a
  on conflict (is_anonymous, user_id) do update
  set receipt = excluded.receipt, erased_upto = excluded.erased_upto, is_settled = true;
  update people_being_erased set is_settled = true where receipt = number;
  insert into erased_people as l (person, erased_at)
  select hash_of_person(b.user_id, b.is_anonymous, s.secret), upto from people_being_erased b, erasure_settings s
  where b.receipt = number and b.erased_upto = upto
  on conflict (person) do update set erased_at = greatest(l.erased_at, excluded.erased_at);

  -- A device that somebody else uses too is theirs from here on.
  delete from identities where anonymous_id = any (anons);
  get diagnostics changed = row_count;
  removed := removed || jsonb_build_object('identities', changed);
  insert into identities (anonymous_id, user_id, linked_at, event_id, source)
  select d.anonymous_id, d.user_id, d.linked_at, d.event_id, d.source
  from unnest(anons) a cross join lateral (select * from derived.identities i where i.anonymous_id = a offset 0) d
  order by 1;
  return removed || forget_person(users, anons);
end $$;
revoke all on function settle_erasure(uuid) from public;
