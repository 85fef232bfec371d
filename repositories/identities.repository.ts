import type { BatchScope } from './batch-scope.ts';
import type { Statement } from './database.ts';

/** $1: the anonymous ids of the batch. What a new link moves: from the anonymous id or its earlier user to its user. */
const MOVED = `with moved as materialized (
    select anonymous_id, nullif(moved_from, '') as old_user_id, user_id as new_user_id
    from identities
    where moved_from is not null and anonymous_id = any ($1)
  ),
  people as materialized (
    select anonymous_id as user_id, true as is_anonymous from moved
    union select old_user_id, false from moved where old_user_id is not null
    union select new_user_id, false from moved
  )`;

/**
 * The sessions that change hands, under each person that has them before or after. "offset 0" keeps a lateral query whole, so that
 * its condition reaches the index, whatever the planner takes the table to hold.
 */
const TOUCHED = `moving as materialized (
    select distinct m.anonymous_id, m.old_user_id, m.new_user_id, e.source, e.session_id
    from moved m
    cross join lateral (
      select source, session_id from derived.session_events s
      where s.anonymous_id = m.anonymous_id and s.user_id is null offset 0
    ) e
  ),
  touched as materialized (
    select distinct p.user_id, p.is_anonymous, m.source, m.session_id
    from moving m
    cross join lateral (values (m.anonymous_id, true), (m.old_user_id, false), (m.new_user_id, false)) p (user_id, is_anonymous)
    where p.user_id is not null
  )`;

/** The new rows come once the old ones are gone, which hold the same keys. */
const MOVE_SESSIONS = `${MOVED}, ${TOUCHED},
  gone as (
    delete from user_sessions where ctid = any (array(
      select s.place from touched t
      cross join lateral (
        select ctid as place from user_sessions s
        where s.user_id = t.user_id and s.is_anonymous = t.is_anonymous and s.source = t.source and s.session_id = t.session_id offset 0
      ) s
    ))
    returning 1
  ),
  users as (select distinct user_id from touched where not is_anonymous),
  events as (
    select u.user_id, e.source, e.session_id, e.event_at, e.views, e.cart_adds, e.checkouts, e.purchases
    from users u
    cross join lateral (select * from derived.session_events s where s.user_id = u.user_id offset 0) e
    union all
    select u.user_id, e.source, e.session_id, e.event_at, e.views, e.cart_adds, e.checkouts, e.purchases
    from users u
    cross join lateral (select anonymous_id from identities i where i.user_id = u.user_id offset 0) i
    cross join lateral (
      select * from derived.session_events s where s.anonymous_id = i.anonymous_id and s.user_id is null offset 0
    ) e
  )
  insert into user_sessions (user_id, is_anonymous, source, session_id, first_seen_at, last_seen_at, views, cart_adds, checkouts, purchases)
  select e.user_id, false, e.source, e.session_id, min(e.event_at), max(e.event_at), sum(e.views), sum(e.cart_adds),
    sum(e.checkouts), sum(e.purchases)
  from events e
  join touched t on not t.is_anonymous and (t.user_id, t.source, t.session_id) = (e.user_id, e.source, e.session_id)
  where (select count(*) from gone) >= 0
  group by 1, 2, 3, 4`;

const MOVE_HISTORY = `${MOVED}
  update user_purchase_history h set user_id = m.new_user_id, is_anonymous = false
  from orders o, moved m
  where o.anonymous_id = m.anonymous_id and o.user_id is null and h.order_id = o.order_id`;

const MARK_CARTS = `${MOVED},
  stale as (
    update persons p set cart_stale = true from people where (p.user_id, p.is_anonymous) = (people.user_id, people.is_anonymous)
  )
  update identities i set moved_from = null from moved m where i.anonymous_id = m.anonymous_id`;

/**
 * Lets everything that only an anonymous id stands for follow its new link: sessions are recomputed, purchases change
 * hands, carts are marked to be recomputed. Does nothing where no link changed. All persons concerned must be locked.
 */
export function followLinks({ anonymousIds }: BatchScope): Statement[] {
  return [MOVE_SESSIONS, MOVE_HISTORY, MARK_CARTS].map((text) => ({ text, params: [anonymousIds] }));
}
