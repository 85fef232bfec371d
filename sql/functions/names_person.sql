-- Whether a record that was set aside is a person's: by its ids where it can be read, else by any mention of an id in quotes.
create or replace function names_person(payload bytea, user_ids text[], anonymous_ids text[]) returns boolean
language plpgsql stable set search_path = public, pg_temp as $$
declare
  record json;
  owner  text;
begin
  begin
    record := convert_from(payload, 'UTF8')::json;
    owner := coalesce(record ->> 'user_id', record ->> 'anonymous_id');
    if owner is not null then
      return owner = any (case when record ->> 'user_id' is null then anonymous_ids else user_ids end);
    end if;
  exception when others then
    null;
  end;
  return exists (
    select from unnest(user_ids || anonymous_ids) id where position(convert_to(to_json(id)::text, 'UTF8') in payload) > 0
  );
end $$;
revoke all on function names_person(bytea, text[], text[]) from public;
