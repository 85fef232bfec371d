-- Keeps the tables of 0021 in the transaction that changes a session, an order or a link, by whom ever.

-- As every batch does, and first: triggers lock sessions.
lock table orders, persons in exclusive mode;

create type derived.funnel_change as (
  user_id text, is_anonymous boolean, day date, first_seen_at timestamptz,
  sessions integer, viewing integer, adding integer, checking_out integer, buying integer, reported integer
);
comment on type derived.funnel_change is 'what a person''s day gets or loses; the columns are those of funnel_people';

-- A slot that no other transaction has until this one ends. Who finds all sixteen taken waits for the first.
create function own_slot() returns integer
language plpgsql set search_path = public, pg_temp as $$
declare
  slots constant integer := 16;
begin
  for slot in 0 .. slots - 1 loop
    if pg_try_advisory_xact_lock(hashtext('own_slot'), slot) then return slot; end if;
  end loop;
  perform pg_advisory_xact_lock(hashtext('own_slot'), 0);
  return 0;
end $$;

-- What a day had before follows from what it has now and the change. Whose days they are must be locked. Batches bring hundreds of
-- changes, while the plan is made for ten.
create function change_funnel(changes derived.funnel_change[]) returns void
language plpgsql set search_path = public, pg_temp set enable_nestloop = off as $$
#variable_conflict use_column
begin
  with change as materialized (
    select user_id, is_anonymous, day, min(first_seen_at) as first_seen_at, sum(sessions)::integer as sessions, sum(viewing)::integer as viewing,
      sum(adding)::integer as adding, sum(checking_out)::integer as checking_out, sum(buying)::integer as buying, sum(reported)::integer as reported
    from unnest(changes)
    group by 1, 2, 3
  ),
  changed as (
    insert into funnel_people as p (user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying, reported)
    select user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying, reported from change
    order by user_id, is_anonymous, day
    on conflict (user_id, is_anonymous, day) do update
    set first_seen_at = least(p.first_seen_at, excluded.first_seen_at), sessions = p.sessions + excluded.sessions,
      viewing = p.viewing + excluded.viewing, adding = p.adding + excluded.adding,
      checking_out = p.checking_out + excluded.checking_out, buying = p.buying + excluded.buying, reported = p.reported + excluded.reported
    returning user_id, is_anonymous, day, viewing, adding, checking_out, buying, reported
  ),
  counted as (
    select n.day, sum((n.viewing > 0)::integer - (n.viewing > c.viewing)::integer) as viewers,
      sum((n.adding > 0)::integer - (n.adding > c.adding)::integer) as cart_adders,
      sum((n.checking_out > 0)::integer - (n.checking_out > c.checking_out)::integer) as checkouts,
      sum((n.buying > 0 or n.reported > 0)::integer - (n.buying > c.buying or n.reported > c.reported)::integer) as buyers
    from changed n
    join change c using (user_id, is_anonymous, day)
    group by 1
  )
  insert into funnel_counts as f (day, slot, viewers, cart_adders, checkouts, buyers)
  select day, own_slot(), viewers, cart_adders, checkouts, buyers from counted
  where (viewers, cart_adders, checkouts, buyers) <> (0, 0, 0, 0)
  on conflict (day, slot) do update
  set viewers = f.viewers + excluded.viewers, cart_adders = f.cart_adders + excluded.cart_adders,
    checkouts = f.checkouts + excluded.checkouts, buyers = f.buyers + excluded.buyers;
end $$;

-- Days that lost something: the session that began first may have left (links and erasures take sessions away, and midnight does),
-- and of a day without any nothing is kept. "offset 0" lets each be looked up by key.
create function tidy_funnel(changes derived.funnel_change[]) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  update funnel_people p set first_seen_at = (
    select min(s.first_seen_at) from user_sessions s, analytics_settings t
    where s.user_id = p.user_id and s.is_anonymous = p.is_anonymous and (s.last_seen_at at time zone t.time_zone)::date = p.day
  )
  where p.ctid = any (array(
    select f.place from unnest(changes) c
    cross join lateral (
      select ctid as place from funnel_people f where f.user_id = c.user_id and f.is_anonymous = c.is_anonymous and f.day = c.day offset 0
    ) f
    where c.sessions < 0
  ));
  delete from funnel_people p where p.ctid = any (array(
    select f.place from unnest(changes) c
    cross join lateral (
      select ctid as place from funnel_people f
      where f.user_id = c.user_id and f.is_anonymous = c.is_anonymous and f.day = c.day and f.sessions = 0 and f.reported = 0 offset 0
    ) f
    where c.sessions < 0 or c.reported < 0
  ));
end $$;

-- The same day as in derived.funnel_orders, by one entry of an index where the person was seen around the order.
create function funnel_day_of(person text, anonymous boolean, ordered_at timestamptz) returns date
language sql stable set search_path = public, pg_temp as $$
  select coalesce(
    (select max(f.day) from funnel_people f
      where f.user_id = person and f.is_anonymous = anonymous and f.day between d.day and d.day + 1 and f.first_seen_at <= ordered_at),
    (select (max(s.last_seen_at) at time zone d.time_zone)::date from user_sessions s
      where s.user_id = person and s.is_anonymous = anonymous and s.last_seen_at < ordered_at and s.last_seen_at > ordered_at - interval '24 hours'),
    d.day)
  from (select (ordered_at at time zone time_zone)::date as day, time_zone from analytics_settings) d
$$;

-- Takes these orders as they are by now.
create function renew_funnel_orders(order_ids text[]) returns void
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  gone derived.funnel_change[];
  come derived.funnel_change[];
begin
  with taken as (delete from funnel_orders where order_id = any (order_ids) returning user_id, is_anonymous, day)
  select array_agg((user_id, is_anonymous, day, null, 0, 0, 0, 0, 0, -1)::derived.funnel_change) into gone from taken;
  with given as (
    insert into funnel_orders (order_id, event_at, anonymous_id, user_id, is_anonymous, day)
    select order_id, event_at, anonymous_id, person_id, is_anonymous, funnel_day_of(person_id, is_anonymous, event_at)
    from (
      select w.order_id, w.event_at, case when w.user_id is null then w.anonymous_id end as anonymous_id,
        coalesce(w.user_id, i.user_id, w.anonymous_id) as person_id, w.user_id is null and i.user_id is null as is_anonymous
      from orders w
      join raw_purchases p using (source, event_id, occurred_at)
      left join identities i on i.anonymous_id = w.anonymous_id and w.user_id is null
      where w.order_id = any (order_ids) and w.event_at >= funnel_begins_at() and w.session_id is null and not p.is_bot
        and (w.user_id is not null or w.anonymous_id is not null)
    ) o
    order by order_id
    returning user_id, is_anonymous, day
  )
  select array_agg((user_id, is_anonymous, day, null, 0, 0, 0, 0, 0, 1)::derived.funnel_change) into come from given;
  if gone is not null or come is not null then perform change_funnel(gone || come); end if;
  if gone is not null then perform tidy_funnel(gone); end if;
end $$;

-- Lets orders follow the sessions that they may belong to.
create function move_funnel_orders(order_ids text[]) returns void
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  moves derived.funnel_change[];
begin
  with placed as materialized (
    select order_id, user_id, is_anonymous, day as old_day, funnel_day_of(user_id, is_anonymous, event_at) as new_day
    from funnel_orders
    where order_id = any (order_ids)
  ),
  moved as (
    update funnel_orders o set day = p.new_day from placed p where o.order_id = p.order_id and p.new_day <> p.old_day
  )
  select array_agg((p.user_id, p.is_anonymous, c.day, null, 0, 0, 0, 0, 0, c.reported)::derived.funnel_change) into moves
  from placed p
  cross join lateral (values (p.old_day, -1), (p.new_day, 1)) c (day, reported)
  where p.old_day <> p.new_day;
  if moves is null then return; end if;
  perform change_funnel(moves);
  perform tidy_funnel(moves);
end $$;

-- Most sessions only went on: what they did is known already, and whether an order is near them is found from the orders, which
-- are few.
create function count_sessions_in_funnel() returns trigger
language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off set enable_nestloop = off as $$
declare
  zone     text;
  since    timestamptz;
  today    date;
  begins   timestamptz;
  ends     timestamptz;
  earliest timestamptz;
  near     text[];
  changes  derived.funnel_change[];
begin
  select time_zone, funnel_begins_at(), (now() at time zone time_zone)::date into zone, since, today from analytics_settings;
  begins := today::timestamp at time zone zone;
  ends := (today + 1)::timestamp at time zone zone;
  if tg_op = 'INSERT' then
    select array_agg((user_id, is_anonymous, case when last_seen_at >= begins and last_seen_at < ends then today else (last_seen_at at time zone zone)::date end,
      first_seen_at, 1, (views > 0)::integer, (cart_adds > 0)::integer, (checkouts > 0)::integer, (purchases > 0)::integer, 0)::derived.funnel_change) into changes
    from added where last_seen_at >= since;
  elsif tg_op = 'DELETE' then
    select array_agg((user_id, is_anonymous, (last_seen_at at time zone zone)::date, first_seen_at, -1, -(views > 0)::integer, -(cart_adds > 0)::integer,
      -(checkouts > 0)::integer, -(purchases > 0)::integer, 0)::derived.funnel_change) into changes
    from removed where last_seen_at >= since;
  else
    with moved as (
      select user_id, is_anonymous, n.first_seen_at,
        case when n.last_seen_at >= begins and n.last_seen_at < ends then today else (n.last_seen_at at time zone zone)::date end as new_day,
        case when o.last_seen_at >= begins and o.last_seen_at < ends then today else (o.last_seen_at at time zone zone)::date end as old_day,
        n.last_seen_at >= since as is_kept, o.last_seen_at >= since as was_kept, n.first_seen_at <> o.first_seen_at as is_longer,
        (n.views > 0)::integer as viewing, (n.cart_adds > 0)::integer as adding, (n.checkouts > 0)::integer as checking_out, (n.purchases > 0)::integer as buying,
        (o.views > 0)::integer as viewed, (o.cart_adds > 0)::integer as added, (o.checkouts > 0)::integer as checked_out, (o.purchases > 0)::integer as bought
      from added n
      join removed o using (user_id, is_anonymous, source, session_id)
    )
    select array_agg(c.change) into changes from (
      select (user_id, is_anonymous, new_day, first_seen_at, 0, viewing - viewed, adding - added, checking_out - checked_out, buying - bought, 0)::derived.funnel_change as change
      from moved
      where is_kept and new_day = old_day and (is_longer or viewing <> viewed or adding <> added or checking_out <> checked_out or buying <> bought)
      union all
      select (user_id, is_anonymous, new_day, first_seen_at, 1, viewing, adding, checking_out, buying, 0)::derived.funnel_change
      from moved where is_kept and new_day <> old_day
      union all
      select (user_id, is_anonymous, old_day, first_seen_at, -1, -viewed, -added, -checked_out, -bought, 0)::derived.funnel_change
      from moved where was_kept and new_day <> old_day
    ) c;
  end if;
  if tg_op = 'DELETE' then
    select min(first_seen_at) into earliest from removed where last_seen_at >= since;
    near := array(
      select order_id from funnel_orders o join removed a using (user_id, is_anonymous)
      where o.event_at >= earliest and o.event_at >= a.first_seen_at and o.event_at < a.last_seen_at + interval '24 hours'
    );
  else
    select min(first_seen_at) into earliest from added where last_seen_at >= since;
    near := array(
      select order_id from funnel_orders o join added a using (user_id, is_anonymous)
      where o.event_at >= earliest and o.event_at >= a.first_seen_at and o.event_at < a.last_seen_at + interval '24 hours'
    );
  end if;
  if changes is not null then
    perform change_funnel(changes);
    if exists (select from unnest(changes) where sessions < 0) then perform tidy_funnel(changes); end if;
  end if;
  if near <> '{}' then perform move_funnel_orders(near); end if;
  return null;
end $$;
create trigger count_added_in_funnel after insert on user_sessions referencing new table as added
  for each statement execute function count_sessions_in_funnel();
create trigger count_changed_in_funnel after update on user_sessions referencing old table as removed new table as added
  for each statement execute function count_sessions_in_funnel();
create trigger count_removed_in_funnel after delete on user_sessions referencing old table as removed
  for each statement execute function count_sessions_in_funnel();

create function count_orders_in_funnel() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  order_ids text[];
begin
  if tg_op = 'INSERT' then
    order_ids := array(select order_id from added where event_id is not null);
  elsif tg_op = 'DELETE' then
    order_ids := array(select order_id from removed where event_id is not null);
  else
    order_ids := array(
      select order_id from added n
      join removed o using (order_id)
      where (n.source, n.event_id, n.occurred_at, n.event_at, n.user_id, n.anonymous_id, n.session_id)
        is distinct from (o.source, o.event_id, o.occurred_at, o.event_at, o.user_id, o.anonymous_id, o.session_id)
    );
  end if;
  if order_ids <> '{}' then perform renew_funnel_orders(order_ids); end if;
  return null;
end $$;
create trigger count_added_in_funnel after insert on orders referencing new table as added
  for each statement execute function count_orders_in_funnel();
create trigger count_changed_in_funnel after update on orders referencing old table as removed new table as added
  for each statement execute function count_orders_in_funnel();
create trigger count_removed_in_funnel after delete on orders referencing old table as removed
  for each statement execute function count_orders_in_funnel();

create function follow_links_in_funnel() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  anonymous_ids text[];
  order_ids     text[];
begin
  if tg_op = 'INSERT' then
    anonymous_ids := array(select anonymous_id from added);
  elsif tg_op = 'DELETE' then
    anonymous_ids := array(select anonymous_id from removed);
  else
    anonymous_ids := array(select anonymous_id from added n join removed o using (anonymous_id) where n.user_id <> o.user_id);
  end if;
  if anonymous_ids = '{}' then return null; end if;
  order_ids := array(select order_id from funnel_orders where anonymous_id = any (anonymous_ids));
  if order_ids <> '{}' then perform renew_funnel_orders(order_ids); end if;
  return null;
end $$;
create trigger follow_added_in_funnel after insert on identities referencing new table as added
  for each statement execute function follow_links_in_funnel();
create trigger follow_changed_in_funnel after update on identities referencing old table as removed new table as added
  for each statement execute function follow_links_in_funnel();
create trigger follow_removed_in_funnel after delete on identities referencing old table as removed
  for each statement execute function follow_links_in_funnel();

-- Counts all days anew, while consumers wait.
create function recount_funnel() returns void
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
  lock table orders, persons in exclusive mode;
  delete from funnel_orders;
  delete from funnel_people;
  delete from funnel_counts;
  insert into funnel_orders (order_id, event_at, anonymous_id, user_id, is_anonymous, day)
  select order_id, event_at, anonymous_id, user_id, is_anonymous, day from derived.funnel_orders;
  insert into funnel_people (user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying, reported)
  select user_id, is_anonymous, day, first_seen_at, sessions, viewing, adding, checking_out, buying, reported from derived.funnel_people;
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

-- Of days that nothing asks for any more; gives how many rows of people and orders that were.
create function forget_old_funnel_days() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  people     bigint;
  old_orders bigint;
begin
  delete from funnel_people where day < first_funnel_day();
  get diagnostics people = row_count;
  delete from funnel_orders where event_at < funnel_begins_at();
  get diagnostics old_orders = row_count;
  delete from funnel_counts where day < first_funnel_day();
  return people + old_orders;
end $$;

revoke all on function own_slot(), change_funnel(derived.funnel_change[]), tidy_funnel(derived.funnel_change[]),
  funnel_day_of(text, boolean, timestamptz), renew_funnel_orders(text[]), move_funnel_orders(text[]),
  count_sessions_in_funnel(), count_orders_in_funnel(), follow_links_in_funnel(), recount_funnel(), recount_in_time_zone(),
  forget_old_funnel_days() from public;
grant execute on function forget_old_funnel_days() to bazaar_maintainer;

select recount_funnel();
