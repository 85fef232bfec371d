-- The next step of an erasure, in a transaction of its own: settles it, or deletes a portion of raw rows, or ends it. Gives the
-- receipt. Called until `finished_at` says when it was done; cut off anywhere, the next call goes on.
--
-- The advisory lock keeps erasures from each other and from the drop of a partition, which condenses rows that would be gone;
-- the table locks keep them from `rebuild`.
create or replace function advance_erasure(number uuid, portion integer)
returns table (receipt uuid, requested_at timestamptz, finished_at timestamptz, removed jsonb)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  step jsonb;
begin
  perform pg_advisory_xact_lock(hashtext('drop_expired_partition'));
  lock table orders, persons in row exclusive mode;
  if exists (select from people_being_erased b where b.receipt = number and not b.is_settled) then
    step := settle_erasure(number);
  else
    step := erase_rows(number, portion);
    if step is null then
      step := forget_stragglers(number);
      delete from people_being_erased b where b.receipt = number;
      update erasures e set finished_at = clock_timestamp() where e.receipt = number and e.finished_at is null;
    end if;
  end if;
  return query
  update erasures e set removed = (
    select coalesce(jsonb_object_agg(table_name, rows), '{}') from (
      select table_name, sum(rows::bigint) as rows
      from (select * from jsonb_each_text(e.removed) union all select * from jsonb_each_text(step)) s (table_name, rows)
      group by 1
    ) sums
  )
  where e.receipt = number
  returning e.receipt, e.requested_at, e.finished_at, e.removed;
end $$;
revoke all on function advance_erasure(uuid, integer) from public;
grant execute on function advance_erasure(uuid, integer) to bazaar_people, bazaar_maintainer;
