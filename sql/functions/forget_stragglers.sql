-- What was being written of the people of an erasure, from what had been read before, at the moment when they were forgotten.
create or replace function forget_stragglers(number uuid) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  letters   bigint;
  vectors   bigint;
  exposures bigint;
begin
  delete from dead_letters d using people_being_erased b
  where b.receipt = number and d.created_at <= b.erased_upto + interval '1 minute'
    and exists (
      select from (values (d.payload), (d.fixed_payload)) p (content)
      where names_person(content, case when not b.is_anonymous then array[b.user_id] end, case when b.is_anonymous then array[b.user_id] end)
    );
  get diagnostics letters = row_count;
  delete from user_embeddings u using people_being_erased b, model_runs m
  where b.receipt = number and (u.user_id, u.is_anonymous) = (b.user_id, b.is_anonymous)
    and m.model_version = u.model_version and m.started_at <= b.erased_upto;
  get diagnostics vectors = row_count;
  delete from experiment_exposures x using people_being_erased b
  where b.receipt = number and (x.user_id, x.is_anonymous) = (b.user_id, b.is_anonymous) and x.exposed_at <= b.erased_upto;
  get diagnostics exposures = row_count;
  return jsonb_build_object('dead_letters', letters, 'user_embeddings', vectors, 'experiment_exposures', exposures);
end $$;
revoke all on function forget_stragglers(uuid) from public;
