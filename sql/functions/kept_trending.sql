-- What is trending for everybody, as the value of the key `trending` of a request to `recommend`: whoever answers requests
-- keeps it for some seconds, since it is the same for all who ask without a category (docs/decisions/0018). The best first.
create or replace function kept_trending(wanted integer)
returns jsonb
language plpgsql stable
-- As `recommend` has them, for the same reasons.
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set jit = off
as $$
declare
  version        text;
  half_life_days double precision;
begin
  select r.model_version, (r.weights ->> 'half_life_days')::double precision into version, half_life_days
  from current_model c join model_runs r using (model_version);
  return coalesce((
    select jsonb_agg(jsonb_build_object('product_id', t.product_id, 'votes', t.votes) order by t.votes desc, t.product_id)
    from trending(version, half_life_days, wanted, null, 'infinity') t
  ), '[]');
end $$;
