-- Sessions seen within 30 minutes, the newest first: an index range on last_seen_at.
create or replace view analytics.active_sessions with (security_barrier) as
select
  s.source,
  left(encode(sha256(t.pseudonym_secret || convert_to(s.is_anonymous::text || s.user_id, 'UTF8')), 'hex'), 16) as person,
  s.is_anonymous,
  left(encode(sha256(t.pseudonym_secret || convert_to('session' || s.session_id, 'UTF8')), 'hex'), 16) as session,
  s.first_seen_at,
  s.last_seen_at,
  s.views,
  s.cart_adds,
  s.checkouts,
  s.purchases,
  s.last_seen_at as newest_event_at,
  case when s.last_seen_at is not null then greatest(0, extract(epoch from now() - s.last_seen_at))::numeric(12, 3) end as freshness_seconds
from public.user_sessions s
cross join public.analytics_settings t
where s.last_seen_at > now() - interval '30 minutes'
order by s.last_seen_at desc;

comment on view analytics.active_sessions is 'one row for each session with an event within 30 minutes';
comment on column analytics.active_sessions.person is 'pseudonym, the same in every view';
comment on column analytics.active_sessions.freshness_seconds is 'age of the newest event in this row';
comment on column analytics.active_sessions.source is 'where it comes from: the key that the events came under';
comment on column analytics.active_sessions.is_anonymous is 'true as long as no user is known for the visitor';
comment on column analytics.active_sessions.session is 'pseudonym of the session';
comment on column analytics.active_sessions.first_seen_at is 'time of the first event of the session';
comment on column analytics.active_sessions.last_seen_at is 'time of the newest event of the session';
comment on column analytics.active_sessions.views is 'product views';
comment on column analytics.active_sessions.cart_adds is 'adds to the cart';
comment on column analytics.active_sessions.checkouts is 'checkouts begun';
comment on column analytics.active_sessions.purchases is 'purchases that name the session';
comment on column analytics.active_sessions.newest_event_at is 'time of the newest event in this row';
grant select on analytics.active_sessions to bazaar_bi;
