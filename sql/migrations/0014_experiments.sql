-- What people would have been shown in a replayed experiment and whether they went for it. One row is one list for one person.
-- Nobody else writes here: a replay replaces all rows of its name.

create table experiment_exposures (
  id                 bigint generated always as identity primary key,
  experiment         text        not null,
  variant            text        not null,
  user_id            text        not null,
  is_anonymous       boolean     not null,
  exposed_at         timestamptz not null,
  model_version      text        not null,
  products           text[]      not null,
  clicked_product_id text,
  position           integer,
  converted          boolean     not null default false,
  check ((clicked_product_id is null) = (position is null)),
  check (not converted or clicked_product_id is not null)
);
create index on experiment_exposures (experiment, variant);
-- Where erasure finds a person.
create index on experiment_exposures (user_id, is_anonymous);
comment on table experiment_exposures is 'lists of replayed experiments, each before a view; a replay replaces all rows of its name; user_id is the person, as in other aggregates';
comment on column experiment_exposures.clicked_product_id is 'what the person viewed next, when it was in the list';
comment on column experiment_exposures.position is 'its place in the list, from 1';
comment on column experiment_exposures.converted is 'the person bought it within seven days of the click';
