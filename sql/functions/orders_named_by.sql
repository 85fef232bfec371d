-- The orders that rows of these people name, whoever won them.
create or replace function orders_named_by(user_ids text[], anonymous_ids text[]) returns setof text
language sql stable as $$
  select order_id from raw_purchases where user_id = any (user_ids)
  union
  select order_id from raw_purchases where anonymous_id = any (anonymous_ids) and user_id is null
$$;
revoke all on function orders_named_by(text[], text[]) from public;
