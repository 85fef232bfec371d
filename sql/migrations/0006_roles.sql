-- Roles are made here, not in a console, which would make them too powerful. Whoever runs the system sets passwords.
-- A statement's ghost ends before the next try: lock_timeout < statement_timeout < the client's abort < the function.

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_writer') then create role bazaar_writer login; end if;
  if not exists (select from pg_roles where rolname = 'bazaar_reader') then create role bazaar_reader login; end if;
end $$;

alter role bazaar_writer set lock_timeout = '8s';
alter role bazaar_writer set statement_timeout = '20s';
-- Times inside JSON are written in the session's zone.
alter role bazaar_writer set timezone = 'UTC';
alter role bazaar_reader set statement_timeout = '5s';
alter role bazaar_reader set default_transaction_read_only = on;

revoke create on schema public from public;
revoke all on function ensure_partition(text, timestamptz) from public;

grant usage on schema public, derived to bazaar_writer;
grant usage on schema public to bazaar_reader;

-- Nothing is changed or deleted in raw.
grant select, insert on raw_product_views, raw_cart_events, raw_purchases, dead_letters to bazaar_writer;
grant select, insert, update on product_popularity, live_revenue, identities, persons, products, orders to bazaar_writer;
grant select, insert, update, delete on user_sessions, user_cart_summary, user_purchase_history to bazaar_writer;
grant select on all tables in schema derived to bazaar_writer;
grant execute on all functions in schema derived to bazaar_writer;
grant execute on function ensure_partition(text, timestamptz) to bazaar_writer;

grant select on raw_product_views, raw_cart_events, raw_purchases, product_popularity, products, identities, user_cart_summary,
  user_purchase_history to bazaar_reader;
