-- Takes a request to erase a person, known or not, by a user id or an anonymous id, and gives the number of its receipt. A
-- request for somebody whose erasure is under way joins it, and lets it begin again: it takes what came since.
create or replace function request_erasure(person text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  mine   uuid;
  number uuid;
begin
  insert into erasures default values returning receipt into mine;
  insert into people_being_erased as b (is_anonymous, user_id, receipt) values (false, person, mine)
  on conflict (is_anonymous, user_id) do update set is_settled = false
  returning b.receipt into number;
  if number <> mine then delete from erasures where receipt = mine; end if;
  insert into people_being_erased (is_anonymous, user_id, receipt) values (true, person, number)
  on conflict (is_anonymous, user_id) do update set receipt = excluded.receipt, is_settled = false;
  return number;
end $$;
revoke all on function request_erasure(text) from public;
grant execute on function request_erasure(text) to bazaar_people;
