-- The receipts of erasures that are not done, the oldest first.
create or replace function pending_erasures() returns table (receipt uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.receipt from erasures e where e.finished_at is null order by e.requested_at
$$;
revoke all on function pending_erasures() from public;
grant execute on function pending_erasures() to bazaar_people, bazaar_maintainer;
