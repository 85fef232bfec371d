-- Deletes the rows of these people from every table that keeps rows by person, and gives their number by table. All of them
-- must be locked: what else is counted of them comes after this.
create or replace function forget_person(users text[], anons text[]) returns jsonb
language plpgsql set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  -- Sessions first: with each the funnel loses what it counted.
  by_person constant text[] := array['user_purchase_history', 'user_cart_summary', 'user_sessions', 'funnel_people', 'funnel_orders', 'experiment_exposures', 'user_embeddings', 'persons'];
  target  text;
  removed jsonb := '{}';
  changed bigint;
begin
  foreach target in array by_person loop
    execute format(
      'delete from %I where (user_id = any ($1) and not is_anonymous) or (user_id = any ($2) and is_anonymous)', target)
      using users, anons;
    get diagnostics changed = row_count;
    -- The rows that batches lock, and those of the funnel, say nothing that the others do not.
    if target not in ('persons', 'funnel_people', 'funnel_orders') then removed := removed || jsonb_build_object(target, changed); end if;
  end loop;
  delete from dead_letters where names_person(payload, users, anons) or names_person(fixed_payload, users, anons);
  get diagnostics changed = row_count;
  return removed || jsonb_build_object('dead_letters', changed);
end $$;
revoke all on function forget_person(text[], text[]) from public;
