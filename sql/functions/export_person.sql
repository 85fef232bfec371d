-- A page of what one table holds on a person, under a user id or an anonymous id, with every id linked to it: at most `portion`
-- rows and about a megabyte, after the place where the page before ended. Who is unknown has no rows.
create or replace function export_person(person text, part text, after_place text[], portion integer)
returns table (place text[], record jsonb)
language plpgsql stable security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  page_bytes constant integer := 1000000;
  -- $1 the user, $2 the anonymous ids.
  by_event  constant text := '(user_id = $1 or (anonymous_id = any ($2) and user_id is null))';
  by_person constant text := '((user_id = $1 and not is_anonymous) or (user_id = any ($2) and is_anonymous))';
  at_event  constant text := 'array[to_char(event_at, ''YYYYMMDDHH24MISSUS''), event_id::text, source, occurred_at::text]';
  anons     text[] := array(
    select person where not exists (select from identities i where i.anonymous_id = person and i.user_id <> person)
    union select anonymous_id from identities where user_id = person
  );
  held  text;
  sorted text;
  content text := 'to_jsonb(r)';
begin
  held := case
    when part in ('raw_product_views', 'raw_cart_events', 'raw_purchases', 'orders', 'archive.sessions', 'archive.cart_moves') then by_event
    when part in ('user_purchase_history', 'user_cart_summary', 'user_sessions', 'funnel_people', 'funnel_orders', 'user_embeddings', 'experiment_exposures') then by_person
    when part in ('identities', 'archive.links') then '(user_id = $1)'
    when part = 'dead_letters' then '(names_person(payload, array[$1], $2) or names_person(fixed_payload, array[$1], $2))'
  end;
  if held is null then raise exception 'unknown part %', part using errcode = 'invalid_parameter_value'; end if;
  sorted := case part
    when 'orders' then 'array[order_id]'
    when 'user_purchase_history' then 'array[order_id, lpad(line::text, 6, ''0'')]'
    when 'user_cart_summary' then 'array[product_id, is_anonymous::text, user_id]'
    when 'user_sessions' then 'array[source, session_id, is_anonymous::text, user_id]'
    when 'funnel_orders' then 'array[order_id]'
    when 'funnel_people' then 'array[day::text, is_anonymous::text, user_id]'
    when 'user_embeddings' then 'array[model_version, is_anonymous::text, user_id]'
    when 'experiment_exposures' then 'array[lpad(id::text, 20, ''0'')]'
    when 'identities' then 'array[anonymous_id]'
    when 'archive.links' then 'array[anonymous_id]'
    when 'archive.sessions' then 'array[source, session_id, first_event_at::text, ctid::text]'
    when 'archive.cart_moves' then 'array[to_char(event_at, ''YYYYMMDDHH24MISSUS''), event_id::text, ctid::text]'
    when 'dead_letters' then 'array[lpad(id::text, 20, ''0'')]'
    else at_event
  end;
  if part = 'dead_letters' then content := 'to_jsonb(r) || jsonb_build_object(''payload'', encode(payload, ''escape''), ''fixed_payload'', encode(fixed_payload, ''escape''))'; end if;
  return query execute format($sql$
    select place, record from (
      select place, record, sum(octet_length(record::text)) over (order by place) - octet_length(record::text) as bytes_before from (
        select %s as place, %s as record from %s r where %s and ($3 is null or %s > $3) order by 1 limit $4
      ) rows
    ) page
    where bytes_before < $5
    order by place
  $sql$, sorted, content, part, held, sorted) using person, anons, after_place, portion, page_bytes;
end $$;
revoke all on function export_person(text, text, text[], integer) from public;
grant execute on function export_person(text, text, text[], integer) to bazaar_people;
