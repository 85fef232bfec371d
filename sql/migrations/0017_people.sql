-- People's data: erasure and export, and events that nobody is named for. The decision "erasure" says why it is so.

-- A row may have lost its person: a purchase whose buyer was erased, an event whose sender was denied to name anybody. It
-- counts for its product and its order, and for no session, cart, history or recommendation. Not validated: the rows that
-- are there passed the stricter check.
alter table raw_product_views drop constraint raw_product_views_check;
alter table raw_cart_events drop constraint raw_cart_events_check;
alter table raw_purchases drop constraint raw_purchases_check;
alter table raw_product_views add constraint nobody_has_no_session
  check (user_id is not null or anonymous_id is not null or session_id is null) not valid;
alter table raw_cart_events add constraint nobody_has_no_session
  check (user_id is not null or anonymous_id is not null or session_id is null) not valid;
alter table raw_purchases add constraint nobody_has_no_session
  check (user_id is not null or anonymous_id is not null or session_id is null) not valid;

create table erasure_settings (
  only_row boolean primary key default true check (only_row),
  secret   bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
insert into erasure_settings default values;
comment on column erasure_settings.secret is 'without it nobody can tell whom the list of erased people names, nor try ids';

-- What keeps events that are still in a topic from coming back. It names nobody.
create table erased_people (
  person    bytea primary key,
  erased_at timestamptz not null
);
create index on erased_people (erased_at);
comment on column erased_people.person is 'keyed hash of the id and its kind';
comment on column erased_people.erased_at is 'what was received until then is not stored again; what comes later starts afresh';

-- The receipts. They hold numbers, and no word of whom.
create table erasures (
  receipt      uuid        primary key default gen_random_uuid(),
  requested_at timestamptz not null default clock_timestamp(),
  finished_at  timestamptz,
  removed      jsonb       not null default '{}'
);
comment on column erasures.removed is 'rows by table';

-- Whom an erasure under way concerns; emptied when it is done.
create table people_being_erased (
  is_anonymous boolean     not null,
  user_id      text        not null,
  receipt      uuid        not null references erasures,
  erased_upto  timestamptz,
  is_settled   boolean     not null default false,
  primary key (is_anonymous, user_id)
);
create index on people_being_erased (receipt);
comment on column people_being_erased.erased_upto is 'raw rows received until then are no longer the person''s for any aggregate, and go in portions';
comment on column people_being_erased.is_settled is 'everything but these raw rows is gone';

-- The derived views leave out rows that are on their way out, and moves that nobody made.

create or replace view derived.identities as
select distinct on (anonymous_id) anonymous_id, user_id, event_at as linked_at, event_id, source
from (
  select anonymous_id, user_id, event_at, event_id, source from raw_product_views r
  where user_id is not null and anonymous_id is not null
    and not exists (select from people_being_erased e where not e.is_anonymous and e.user_id = r.user_id and r.received_at <= e.erased_upto)
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_cart_events r
  where user_id is not null and anonymous_id is not null
    and not exists (select from people_being_erased e where not e.is_anonymous and e.user_id = r.user_id and r.received_at <= e.erased_upto)
  union all
  select anonymous_id, user_id, event_at, event_id, source from raw_purchases where user_id is not null and anonymous_id is not null
  union all
  select anonymous_id, user_id, event_at, event_id, source from archive.links
) links
order by anonymous_id, event_at, event_id, source;

create or replace view derived.session_events as
select source, session_id, user_id, anonymous_id, event_at, 1 as views, 0 as cart_adds, 0 as checkouts, 0 as purchases
from raw_product_views r
where session_id is not null and not is_bot and not exists (
  select from people_being_erased e
  where e.is_anonymous = (r.user_id is null) and e.user_id = coalesce(r.user_id, r.anonymous_id) and r.received_at <= e.erased_upto
)
union all
select source, session_id, user_id, anonymous_id, event_at, 0, (type = 'add_to_cart')::integer, (type = 'begin_checkout')::integer, 0
from raw_cart_events r
where session_id is not null and not is_bot and not exists (
  select from people_being_erased e
  where e.is_anonymous = (r.user_id is null) and e.user_id = coalesce(r.user_id, r.anonymous_id) and r.received_at <= e.erased_upto
)
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 0
from raw_purchases where session_id is not null
union all
select source, session_id, user_id, anonymous_id, event_at, 0, 0, 0, 1
from orders where session_id is not null and event_id is not null
union all
select source, session_id, user_id, anonymous_id, first_event_at, views, cart_adds, checkouts, 0 from archive.sessions
union all
select source, session_id, user_id, anonymous_id, last_event_at, 0, 0, 0, 0 from archive.sessions;

create or replace view derived.cart_moves as
select user_id, anonymous_id, event_at, case type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end::smallint as rank,
  event_id, source, product_id, case type when 'add_to_cart' then quantity when 'remove_from_cart' then -quantity end::bigint as change,
  unit_price, currency
from raw_cart_events r
where type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not is_bot and (user_id is not null or anonymous_id is not null)
  and not exists (
    select from people_being_erased e
    where e.is_anonymous = (r.user_id is null) and e.user_id = coalesce(r.user_id, r.anonymous_id) and r.received_at <= e.erased_upto
  )
union all
select o.user_id, o.anonymous_id, o.event_at, 4::smallint, o.event_id, o.source, l ->> 'product_id', -(l ->> 'quantity')::bigint, null, null
from orders o, jsonb_array_elements(o.items) l
where o.event_id is not null and (o.user_id is not null or o.anonymous_id is not null)
union all
select user_id, anonymous_id, event_at, rank, event_id, source, product_id, change, unit_price, currency from archive.cart_moves
where user_id is not null or anonymous_id is not null;

-- An order whose buyer was erased is in nobody's history.
create or replace function derived.purchase_lines(order_ids text[])
returns table (user_id text, is_anonymous boolean, order_id text, line integer, product_id text, quantity bigint,
  refunded_quantity bigint, unit_price numeric, currency text, occurred_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  select coalesce(w.user_id, i.user_id, w.anonymous_id), w.user_id is null and i.user_id is null, l.order_id, l.line, l.product_id,
    l.quantity, coalesce(u.units, 0)::bigint, l.unit_price, w.currency, w.occurred_at
  from derived.order_winners(order_ids) w
  join derived.order_lines(order_ids) l using (order_id)
  left join identities i on i.anonymous_id = w.anonymous_id and w.user_id is null
  left join (
    select order_id, line, sum(units) as units from derived.refunded_units(order_ids) group by 1, 2
  ) u using (order_id, line)
  where w.user_id is not null or w.anonymous_id is not null;
end $$;

-- What is kept of an expired partition must not hold who is being erased: the drop waits until the erasure is done. The lock
-- that a drop takes first is the one that every step of an erasure takes.
create or replace function archive.expired_partition(parent text, cutoff timestamptz) returns text language plpgsql as $$
declare
  child  text;
  is_new boolean;
begin
  if exists (select from people_being_erased where erased_upto is not null) then return null; end if;
  for child in
    select relname from pg_inherits join pg_class c on c.oid = inhrelid
    where inhparent = parent::regclass and substring(pg_get_expr(relpartbound, c.oid) from $re$TO \('(.+)'\)$re$)::timestamptz <= cutoff
    order by substring(pg_get_expr(relpartbound, c.oid) from $re$TO \('(.+)'\)$re$)::timestamptz
  loop
    execute format('select exists (select from %I where received_at >= $1)', child) into is_new using cutoff;
    if not is_new then return child; end if;
  end loop;
  return null;
end $$;

-- Called by consumers, for every batch.

-- A person's place on the list. The inner and outer key make it a MAC of any message length.
create function hash_of_person(person text, is_anonymous boolean, secret bytea) returns bytea
language sql immutable parallel safe as $$
  select sha256(secret || sha256(secret || convert_to(case when is_anonymous then 'a' else 'u' end || person, 'UTF8')))
$$;

-- Which of these events are an erased person's and were received before the erasure, by place from 1. An event with a user is
-- the user's, whatever device it came from; one with an anonymous id alone is that id's.
create function erased_events(user_ids text[], anonymous_ids text[], received timestamptz[]) returns table (nth bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from erased_people) then return; end if;
  return query
  select e.nth
  from unnest(user_ids, anonymous_ids, received) with ordinality e (user_id, anonymous_id, received_at, nth)
  cross join erasure_settings s
  join erased_people p on p.person = hash_of_person(coalesce(e.user_id, e.anonymous_id), e.user_id is null, s.secret)
  where e.received_at is null or e.received_at <= p.erased_at
  order by e.nth;
end $$;

-- Ends the batch's transaction where one of its events is such a one. Called under the locks of all its people.
create function refuse_erased(user_ids text[], anonymous_ids text[], received timestamptz[]) returns void
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if exists (select from erased_events(user_ids, anonymous_ids, received)) then
    raise exception 'the batch holds events of erased people' using errcode = 'BZ001';
  end if;
end $$;

-- Ends it where a person's row was deleted while its lock was waited for: the batch is to come again.
create function require_locked(wanted bigint, locked bigint) returns void language plpgsql as $$
begin
  if locked < wanted then
    raise exception 'a person was erased while the batch waited' using errcode = 'serialization_failure';
  end if;
end $$;

-- An anonymous id whose link to an erased person was still in a topic: asks for its erasure too, once. Who calls cannot ask for
-- anybody else's: the user must be on the list, and the id nobody else's.
create function erase_late_links(user_ids text[], anonymous_ids text[], received timestamptz[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  link record;
  asked uuid;
begin
  for link in
    select distinct on (e.anonymous_id) e.anonymous_id, hash_of_person(e.anonymous_id, true, s.secret) as person, p.erased_at
    from unnest(user_ids, anonymous_ids, received) e (user_id, anonymous_id, received_at)
    cross join erasure_settings s
    join erased_people p on p.person = hash_of_person(e.user_id, false, s.secret) and e.received_at <= p.erased_at
    where e.anonymous_id is not null
      and not exists (select from erased_people l where l.person = hash_of_person(e.anonymous_id, true, s.secret) and e.received_at <= l.erased_at)
      and not exists (select from identities i where i.anonymous_id = e.anonymous_id and i.user_id <> e.user_id)
    order by e.anonymous_id, p.erased_at desc
  loop
    insert into erased_people as l (person, erased_at) values (link.person, link.erased_at)
    on conflict (person) do update set erased_at = greatest(l.erased_at, excluded.erased_at);
    asked := gen_random_uuid();
    insert into erasures (receipt) values (asked);
    insert into people_being_erased as b (is_anonymous, user_id, receipt) values (true, link.anonymous_id, asked)
    on conflict (is_anonymous, user_id) do nothing;
    if not found then delete from erasures where receipt = asked; end if;
  end loop;
end $$;

-- A training or an experiment that read the history before an erasure writes after it: what it says of the person goes at once.
create function forget_embeddings() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from erased_people) then return null; end if;
  delete from user_embeddings u using added a, model_runs m, erasure_settings s, erased_people p
  where (u.model_version, u.user_id, u.is_anonymous) = (a.model_version, a.user_id, a.is_anonymous)
    and m.model_version = a.model_version and p.person = hash_of_person(a.user_id, a.is_anonymous, s.secret) and m.started_at <= p.erased_at;
  return null;
end $$;
create trigger forget_erased_people after insert on user_embeddings referencing new table as added
  for each statement execute function forget_embeddings();

create function forget_exposures() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from erased_people) then return null; end if;
  delete from experiment_exposures x using added a, erasure_settings s, erased_people p
  where x.id = a.id and p.person = hash_of_person(a.user_id, a.is_anonymous, s.secret) and a.exposed_at <= p.erased_at;
  return null;
end $$;
create trigger forget_erased_people after insert on experiment_exposures referencing new table as added
  for each statement execute function forget_exposures();

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_people') then create role bazaar_people login; end if;
end $$;
-- It calls the functions that erase and export (sql/functions), and reads and changes no table itself. lock_timeout <
-- statement_timeout < Neon's proxy (15 s) < the client's abort < the function.
alter role bazaar_people set lock_timeout = '6s';
alter role bazaar_people set statement_timeout = '12s';
alter role bazaar_people set timezone = 'UTC';
grant usage on schema public to bazaar_people;

revoke all on function erased_events(text[], text[], timestamptz[]), refuse_erased(text[], text[], timestamptz[]),
  erase_late_links(text[], text[], timestamptz[]), forget_embeddings(), forget_exposures() from public;
grant execute on function erased_events(text[], text[], timestamptz[]), refuse_erased(text[], text[], timestamptz[]),
  erase_late_links(text[], text[], timestamptz[]), require_locked(bigint, bigint) to bazaar_writer;
