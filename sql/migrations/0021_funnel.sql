-- The funnel counts people by day, and a week of sessions takes long to group by person each time that a tile asks. What is
-- counted is kept instead: a row for each person and day, and sums of those for each day. Triggers change both with every
-- change of a session, by whom ever, in its transaction.

-- As every batch does, and first: what follows locks sessions.
lock table orders, persons in exclusive mode;

create table funnel_people (
  user_id       text        not null,
  is_anonymous  boolean     not null,
  day           date        not null,
  first_seen_at timestamptz not null,
  sessions      integer     not null,
  viewing       integer     not null,
  adding        integer     not null,
  checking_out  integer     not null,
  buying        integer     not null,
  primary key (user_id, is_anonymous, day)
) with (fillfactor = 80);
comment on table funnel_people is 'sessions of a person by the day of the shop on which they were last seen, of the last days only';
comment on column funnel_people.first_seen_at is 'when the earliest of these sessions began';
comment on column funnel_people.viewing is 'those with a view; so are adding, checking_out and buying';

create table funnel_counts (
  day          date    not null,
  slot         integer not null default 0,
  viewers      bigint  not null,
  cart_adders  bigint  not null,
  checkouts    bigint  not null,
  buyers       bigint  not null,
  primary key (day, slot)
) with (fillfactor = 50);
comment on table funnel_counts is 'people of funnel_people by day, to be added up over the slots';
comment on column funnel_counts.slot is 'each transaction has one of its own, so that none waits for another''s counts';

-- Seven days are shown, and an order belongs to a session of up to 24 hours before; the eighth is a reserve.
create function first_funnel_day() returns date
language sql stable set search_path = public, pg_temp as $$
  select (now() at time zone time_zone)::date - 8 from analytics_settings
$$;

create view derived.funnel_people as
select s.user_id, s.is_anonymous, (s.last_seen_at at time zone t.time_zone)::date as day, min(s.first_seen_at) as first_seen_at,
  count(*)::integer as sessions, (count(*) filter (where s.views > 0))::integer as viewing,
  (count(*) filter (where s.cart_adds > 0))::integer as adding, (count(*) filter (where s.checkouts > 0))::integer as checking_out,
  (count(*) filter (where s.purchases > 0))::integer as buying
from user_sessions s, analytics_settings t
where s.last_seen_at >= (select first_funnel_day()::timestamp at time zone time_zone from analytics_settings)
group by 1, 2, 3;

create view derived.funnel_counts as
select day, count(*) filter (where viewing > 0) as viewers, count(*) filter (where adding > 0) as cart_adders,
  count(*) filter (where checking_out > 0) as checkouts, count(*) filter (where buying > 0) as buyers
from derived.funnel_people
group by 1;
grant select on derived.funnel_people, derived.funnel_counts to bazaar_writer;

create type derived.funnel_change as (
  sign integer, user_id text, is_anonymous boolean, day date, first_seen_at timestamptz, viewed integer, added integer, checked_out integer, bought integer
);
comment on type derived.funnel_change is 'a session that a person''s day got (sign 1) or lost (-1), and what it did (1 or 0 each)';

-- A slot that no other transaction has until this one ends. Who finds all sixteen taken waits for the first.
create function own_funnel_slot() returns integer
language plpgsql set search_path = public, pg_temp as $$
declare
  slots constant integer := 16;
begin
  for slot in 0 .. slots - 1 loop
    if pg_try_advisory_xact_lock(hashtext('funnel_counts'), slot) then return slot; end if;
  end loop;
  perform pg_advisory_xact_lock(hashtext('funnel_counts'), 0);
  return 0;
end $$;

-- What a day had before follows from what it has now and the change, not from another look, which could be of another moment.
create function change_funnel(changes derived.funnel_change[]) returns void
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  with change as (
    select user_id, is_anonymous, day, min(first_seen_at) as first_seen_at, sum(sign)::integer as sessions, sum(sign * viewed)::integer as viewing,
      sum(sign * added)::integer as adding, sum(sign * checked_out)::integer as checking_out, sum(sign * bought)::integer as buying
    from unnest(changes)
    group by 1, 2, 3
  ),
  changed as (
    insert into funnel_people as p (user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying)
    select user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying from change
    order by user_id, is_anonymous, day
    on conflict (user_id, is_anonymous, day) do update
    set first_seen_at = least(p.first_seen_at, excluded.first_seen_at), sessions = p.sessions + excluded.sessions,
      viewing = p.viewing + excluded.viewing, adding = p.adding + excluded.adding,
      checking_out = p.checking_out + excluded.checking_out, buying = p.buying + excluded.buying
    returning user_id, is_anonymous, day, viewing, adding, checking_out, buying
  ),
  counted as (
    select n.day, sum((n.viewing > 0)::integer - (n.viewing > c.viewing)::integer) as viewers,
      sum((n.adding > 0)::integer - (n.adding > c.adding)::integer) as cart_adders,
      sum((n.checking_out > 0)::integer - (n.checking_out > c.checking_out)::integer) as checkouts,
      sum((n.buying > 0)::integer - (n.buying > c.buying)::integer) as buyers
    from changed n
    join change c using (user_id, is_anonymous, day)
    group by 1
  )
  insert into funnel_counts as f (day, slot, viewers, cart_adders, checkouts, buyers)
  select day, own_funnel_slot(), viewers, cart_adders, checkouts, buyers from counted
  where (viewers, cart_adders, checkouts, buyers) <> (0, 0, 0, 0)
  on conflict (day, slot) do update
  set viewers = f.viewers + excluded.viewers, cart_adders = f.cart_adders + excluded.cart_adders,
    checkouts = f.checkouts + excluded.checkouts, buyers = f.buyers + excluded.buyers;

  if not exists (select from unnest(changes) where sign < 0) then return; end if;
  -- The session that began first may have left its day: links and erasures take sessions away, and midnight does.
  update funnel_people p set first_seen_at = s.first_seen_at
  from (
    select c.user_id, c.is_anonymous, c.day, min(s.first_seen_at) as first_seen_at
    from (
      select user_id, is_anonymous, day from unnest(changes) group by 1, 2, 3
      having min(first_seen_at) filter (where sign > 0) <= min(first_seen_at) filter (where sign < 0) is not true
    ) c
    join user_sessions s using (user_id, is_anonymous)
    cross join analytics_settings t
    where (s.last_seen_at at time zone t.time_zone)::date = c.day
    group by 1, 2, 3
  ) s
  where (p.user_id, p.is_anonymous, p.day) = (s.user_id, s.is_anonymous, s.day);
  delete from funnel_people p using unnest(changes) c
  where c.sign < 0 and p.sessions = 0 and (p.user_id, p.is_anonymous, p.day) = (c.user_id, c.is_anonymous, c.day);
end $$;

create function count_in_funnel() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  zone    text;
  since   timestamptz;
  changes derived.funnel_change[];
begin
  select t.time_zone, first_funnel_day()::timestamp at time zone t.time_zone into zone, since from analytics_settings t;
  if tg_op = 'INSERT' then
    select array_agg((1, user_id, is_anonymous, (last_seen_at at time zone zone)::date, first_seen_at, (views > 0)::integer,
      (cart_adds > 0)::integer, (checkouts > 0)::integer, (purchases > 0)::integer)::derived.funnel_change) into changes
    from added where last_seen_at >= since;
  elsif tg_op = 'DELETE' then
    select array_agg((-1, user_id, is_anonymous, (last_seen_at at time zone zone)::date, first_seen_at, (views > 0)::integer,
      (cart_adds > 0)::integer, (checkouts > 0)::integer, (purchases > 0)::integer)::derived.funnel_change) into changes
    from removed where last_seen_at >= since;
  else
    select array_agg((c.sign, n.user_id, n.is_anonymous, c.day, c.first_seen_at, c.viewed, c.added, c.checked_out, c.bought)::derived.funnel_change)
    into changes
    from added n
    join removed o using (user_id, is_anonymous, source, session_id)
    cross join lateral (select (n.last_seen_at at time zone zone)::date as new_day, (o.last_seen_at at time zone zone)::date as old_day) d
    cross join lateral (values
      (1, n.last_seen_at, d.new_day, n.first_seen_at, (n.views > 0)::integer, (n.cart_adds > 0)::integer, (n.checkouts > 0)::integer, (n.purchases > 0)::integer),
      (-1, o.last_seen_at, d.old_day, o.first_seen_at, (o.views > 0)::integer, (o.cart_adds > 0)::integer, (o.checkouts > 0)::integer, (o.purchases > 0)::integer)
    ) c (sign, last_seen_at, day, first_seen_at, viewed, added, checked_out, bought)
    where c.last_seen_at >= since
      and (d.new_day, n.first_seen_at, n.views > 0, n.cart_adds > 0, n.checkouts > 0, n.purchases > 0)
        is distinct from (d.old_day, o.first_seen_at, o.views > 0, o.cart_adds > 0, o.checkouts > 0, o.purchases > 0);
  end if;
  if changes is not null then perform change_funnel(changes); end if;
  return null;
end $$;
create trigger count_added_in_funnel after insert on user_sessions referencing new table as added
  for each statement execute function count_in_funnel();
create trigger count_changed_in_funnel after update on user_sessions referencing old table as removed new table as added
  for each statement execute function count_in_funnel();
create trigger count_removed_in_funnel after delete on user_sessions referencing old table as removed
  for each statement execute function count_in_funnel();

-- Counts all days anew. Every batch begins by locking a row of `orders` or `persons`, so that none has counted otherwise.
create function recount_funnel() returns void
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  lock table orders, persons in exclusive mode;
  delete from funnel_people;
  delete from funnel_counts;
  insert into funnel_people (user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying)
  select user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying from derived.funnel_people;
  insert into funnel_counts (day, viewers, cart_adders, checkouts, buyers)
  select day, viewers, cart_adders, checkouts, buyers from derived.funnel_counts;
end $$;

create function recount_in_time_zone() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform recount_funnel();
  return null;
end $$;
create trigger recount_funnel after update of time_zone on analytics_settings
  for each row when (new.time_zone <> old.time_zone) execute function recount_in_time_zone();

-- Of days that nothing asks for any more.
create function forget_old_funnel_days() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  forgotten bigint;
begin
  delete from funnel_people where day < first_funnel_day();
  get diagnostics forgotten = row_count;
  delete from funnel_counts where day < first_funnel_day();
  return forgotten;
end $$;

revoke all on function first_funnel_day(), own_funnel_slot(), change_funnel(derived.funnel_change[]), count_in_funnel(), recount_funnel(),
  recount_in_time_zone(), forget_old_funnel_days() from public;
grant execute on function forget_old_funnel_days() to bazaar_maintainer;

select recount_funnel();
