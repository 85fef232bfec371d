-- Dead letters are listed, fixed, replayed and dismissed. The payload stays what it was; a fix stands beside it until its
-- row stands too.

alter table dead_letters
  add column fixed_payload bytea,
  add column fixed_at timestamptz,
  add column dismissed_at timestamptz,
  add constraint dead_letters_reason check (reason in
    ('not_json', 'tombstone', 'invalid_event', 'wrong_topic', 'database_refused', 'refund_currency')),
  add constraint dead_letters_fix check (num_nulls(fixed_payload, fixed_at) in (0, 2)),
  add constraint dead_letters_end check (replayed_at is null or dismissed_at is null);
comment on column dead_letters.fixed_payload is 'the whole record as it will be stored: with the stamps of the original';
comment on column dead_letters.replayed_at is 'set in the transaction that stored the row';
comment on column dead_letters.dismissed_at is 'somebody decided that this will never be a row';

-- Few wait, however many were replayed.
create index dead_letters_waiting on dead_letters (id) where replayed_at is null and dismissed_at is null;

-- Who sets a record aside does not decide what became of it.
revoke insert on dead_letters from bazaar_writer;
grant insert (topic, partition, "offset", reason, detail, payload, digest) on dead_letters to bazaar_writer;

-- Who repairs stores rows as a consumer does, and marks letters. Nothing is deleted, and no payload is changed.
do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_repairer') then create role bazaar_repairer login; end if;
end $$;
alter role bazaar_repairer set lock_timeout = '6s';
alter role bazaar_repairer set statement_timeout = '12s';
alter role bazaar_repairer set timezone = 'UTC';
grant bazaar_writer to bazaar_repairer;
grant update (fixed_payload, fixed_at, replayed_at, dismissed_at) on dead_letters to bazaar_repairer;

-- How many wait and how long is measured, and nothing else of them is read.
grant select (created_at, replayed_at, dismissed_at) on dead_letters to bazaar_maintainer;
