-- Takes people off the list once nothing of them can come back: the topics keep 7 days, failed batches and dead letters are
-- replayed for 30. Gives their number.
create or replace function forget_old_erasures() returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (delete from erased_people where erased_at < now() - interval '35 days' returning 1)
  select count(*) from gone
$$;
revoke all on function forget_old_erasures() from public;
grant execute on function forget_old_erasures() to bazaar_maintainer;
