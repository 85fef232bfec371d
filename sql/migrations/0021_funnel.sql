-- The funnel counts people by day, and a week of sessions takes long to group by person each time that a tile asks. What is
-- counted is kept instead: a row for each person and day, sums of those for each day, and the orders that a server reported
-- without a session, each on the day that it counts on. Triggers keep all three in the transaction that changes a session, an
-- order or a link (0022).

create table funnel_people (
  user_id       text    not null,
  is_anonymous  boolean not null,
  day           date    not null,
  first_seen_at timestamptz,
  sessions      integer not null,
  viewing       integer not null,
  adding        integer not null,
  checking_out  integer not null,
  buying        integer not null,
  reported      integer not null,
  primary key (user_id, is_anonymous, day)
) with (fillfactor = 80);
comment on table funnel_people is 'sessions of a person by the day of the shop on which they were last seen, of the last days only';
comment on column funnel_people.first_seen_at is 'when the earliest of these sessions began';
comment on column funnel_people.viewing is 'those with a view; so are adding, checking_out and buying';
comment on column funnel_people.reported is 'rows of funnel_orders';

create table funnel_orders (
  order_id     text primary key,
  event_at     timestamptz not null,
  anonymous_id text,
  user_id      text        not null,
  is_anonymous boolean     not null,
  day          date        not null
) with (fillfactor = 80);
create index on funnel_orders (event_at);
create index on funnel_orders (anonymous_id);
create index on funnel_orders (day, event_at);
comment on table funnel_orders is 'orders of the last days without a session, and the day on which their person bought';
comment on column funnel_orders.anonymous_id is 'where the order names no user: a link to one may come';

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

-- Seven days are shown, and an order belongs to a session of up to 24 hours before.
create function first_funnel_day() returns date
language sql stable set search_path = public, pg_temp as $$
  select (now() at time zone time_zone)::date - 8 from analytics_settings
$$;

create function funnel_begins_at() returns timestamptz
language sql stable set search_path = public, pg_temp as $$
  select first_funnel_day()::timestamp at time zone time_zone from analytics_settings
$$;

-- An order belongs to the day of its person's latest session among those that began before it and were seen within the 24 hours
-- before it or later, the day after at the latest; without one, to its own.
create view derived.funnel_orders as
select o.order_id, o.event_at, case when o.user_id is null then o.anonymous_id end as anonymous_id, o.person_id as user_id, o.is_anonymous,
  coalesce(s.day, o.day) as day
from (
  select p.order_id, p.event_at, p.user_id, p.anonymous_id, coalesce(p.user_id, i.user_id, p.anonymous_id) as person_id,
    p.user_id is null and i.user_id is null as is_anonymous, (p.event_at at time zone t.time_zone)::date as day, t.time_zone
  from raw_purchases p
  join orders w using (order_id, source, event_id, occurred_at)
  left join identities i on i.anonymous_id = p.anonymous_id and p.user_id is null
  cross join analytics_settings t
  where p.event_at >= (select funnel_begins_at()) and p.type = 'purchase' and p.session_id is null and not p.is_bot
    and (p.user_id is not null or p.anonymous_id is not null)
) o
cross join lateral (
  select (max(last_seen_at) at time zone o.time_zone)::date as day from user_sessions s
  where s.user_id = o.person_id and s.is_anonymous = o.is_anonymous and s.first_seen_at <= o.event_at
    and s.last_seen_at > o.event_at - interval '24 hours' and s.last_seen_at < (o.day + 2)::timestamp at time zone o.time_zone
) s;

create view derived.funnel_people as
select user_id, is_anonymous, day, min(first_seen_at) as first_seen_at, sum(sessions)::integer as sessions, sum(viewing)::integer as viewing,
  sum(adding)::integer as adding, sum(checking_out)::integer as checking_out, sum(buying)::integer as buying, sum(reported)::integer as reported
from (
  select s.user_id, s.is_anonymous, (s.last_seen_at at time zone t.time_zone)::date as day, s.first_seen_at, 1 as sessions,
    (s.views > 0)::integer as viewing, (s.cart_adds > 0)::integer as adding, (s.checkouts > 0)::integer as checking_out,
    (s.purchases > 0)::integer as buying, 0 as reported
  from user_sessions s, analytics_settings t
  where s.last_seen_at >= (select funnel_begins_at())
  union all
  select user_id, is_anonymous, day, null, 0, 0, 0, 0, 0, 1 from derived.funnel_orders
) counted
group by 1, 2, 3;

create view derived.funnel_counts as
select day, count(*) filter (where viewing > 0) as viewers, count(*) filter (where adding > 0) as cart_adders,
  count(*) filter (where checking_out > 0) as checkouts, count(*) filter (where buying > 0 or reported > 0) as buyers
from derived.funnel_people
group by 1;
grant select on derived.funnel_orders, derived.funnel_people, derived.funnel_counts to bazaar_writer;

revoke all on function first_funnel_day(), funnel_begins_at() from public;
grant execute on function first_funnel_day(), funnel_begins_at() to bazaar_writer;
