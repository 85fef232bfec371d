import { type Columns, names, unnest } from './columns.ts';
import type { EventRow } from './event-row.ts';

/**
 * The common head of the three statements that store raw rows: `input` (what was sent), `inserted` (what was new, and in
 * which partition), and the links of anonymous ids to users that the new rows bring.
 *
 * The insert is sorted by its key: two batches that carry the same ids in another order would else deadlock.
 */
export function rawInsert<Row extends EventRow>(table: string, columns: Columns<Row>): string {
  const { skew_ms: _skew, ...stored } = columns as Columns<EventRow>;
  return `with input as (
    select e.*, e.occurred_at + e.skew_ms * interval '1 ms' as event_at from ${unnest(columns, 'e')}
  ),
  inserted as (
    insert into ${table} (${names(stored)}, event_at)
    select ${names(stored)}, event_at from input order by source, event_id, occurred_at
    on conflict do nothing
    returning *, tableoid as stored_in
  ),
  ${LINKS}`;
}

/** The earliest link of an anonymous id wins: a new row that states an earlier one replaces what is known. */
const LINKS = `earliest as (
    select distinct on (anonymous_id) anonymous_id, user_id, event_at, event_id, source
    from inserted
    where user_id is not null and anonymous_id is not null
    order by anonymous_id, event_at, event_id, source
  ),
  linked as (
    insert into identities as i (anonymous_id, user_id, linked_at, event_id, source, moved_from)
    select anonymous_id, user_id, event_at, event_id, source, '' from earliest order by anonymous_id
    on conflict (anonymous_id) do update
    set user_id = excluded.user_id, linked_at = excluded.linked_at, event_id = excluded.event_id, source = excluded.source,
      moved_from = case when i.user_id <> excluded.user_id then i.user_id end
    where (excluded.linked_at, excluded.event_id, excluded.source) < (i.linked_at, i.event_id, i.source)
    returning 1
  )`;

/** Whose row it is: the user on it, or who the anonymous id is linked to, or the anonymous id itself. */
export const PERSON = `coalesce(e.user_id, i.user_id, e.anonymous_id) as user_id,
      e.user_id is null and i.user_id is null as is_anonymous`;
export const PERSON_JOIN = 'left join identities i on i.anonymous_id = e.anonymous_id and e.user_id is null';

/**
 * Rows stored; rows whose key was there with another content: the same id used for two different events; and the months of rows
 * that had no partition (`2026-11`).
 */
export function rawOutcome(table: string): string {
  return `select (select count(*) from inserted) as inserted, case
    when (select count(*) from inserted) = (select count(*) from input) then 0
    else (
      select count(*) from (
        select source, event_id, occurred_at, digest from input
        except all
        select source, event_id, occurred_at, digest from inserted
      ) e
      join ${table} r using (source, event_id, occurred_at)
      where r.digest <> e.digest
    )
  end as conflicts, (
    select array_agg(distinct to_char(occurred_at at time zone 'UTC', 'YYYY-MM')) from inserted where stored_in = '${table}_default'::regclass
  ) as unplaced_months`;
}

/** What a session's row takes from new rows; `counts` gives views, cart_adds and checkouts of one group. */
export function sessionUpsert(counts: { views: string; cartAdds: string; checkouts: string }, after: string): string {
  return `insert into user_sessions as s
      (user_id, is_anonymous, source, session_id, first_seen_at, last_seen_at, views, cart_adds, checkouts)
    select ${PERSON}, e.source, e.session_id, min(e.event_at), max(e.event_at), ${counts.views}, ${counts.cartAdds}, ${counts.checkouts}
    from inserted e
    ${PERSON_JOIN}
    where e.session_id is not null and not e.is_bot and (select count(*) from ${after}) >= 0
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (user_id, is_anonymous, source, session_id) do update
    set first_seen_at = least(s.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at),
      views = s.views + excluded.views, cart_adds = s.cart_adds + excluded.cart_adds, checkouts = s.checkouts + excluded.checkouts
    returning 1`;
}
