-- What the BI views stand on: index ranges for the newest cart events and purchases (views of products are too many to
-- carry another index, and have aggregates), a secret for pseudonyms, the shop's time zone, and the role that reads.

create index on raw_cart_events (event_at);
create index on raw_purchases (event_at);

create table analytics_settings (
  only_row         boolean primary key default true check (only_row),
  time_zone        text  not null default 'UTC',
  pseudonym_secret bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
insert into analytics_settings default values;
comment on table analytics_settings is 'one row; the owner''s alone. time_zone: where a day begins in BI views';
comment on column analytics_settings.pseudonym_secret is 'without it nobody can tell who a pseudonym is, nor try ids';

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_bi') then create role bazaar_bi login; end if;
end $$;
alter role bazaar_bi set default_transaction_read_only = on;
alter role bazaar_bi set statement_timeout = '15s';
alter role bazaar_bi set search_path = analytics;
grant usage on schema analytics to bazaar_bi;

-- Everybody may make temporary tables by default, which a reader has no use for.
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;
