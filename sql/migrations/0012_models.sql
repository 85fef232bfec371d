-- Trained models: one row a run, one model in use, and what the recommender reads of each. Whoever trains writes under a
-- version of its own, and publishing is one update of `current_model`, so that readers see the old model or the new one.

create table model_runs (
  model_version     text        primary key,
  trainer           text        not null,
  status            text        not null check (status in ('training', 'published', 'refused', 'failed', 'evaluation')),
  started_at        timestamptz not null default now(),
  finished_at       timestamptz,
  window_start      timestamptz,
  window_end        timestamptz,
  events            bigint,
  people            bigint,
  products          bigint,
  parameters        jsonb       not null default '{}',
  weights           jsonb,
  metrics           jsonb,
  seconds           double precision,
  peak_memory_bytes bigint,
  detail            text
);
comment on column model_runs.window_end is 'the newest event that the model has seen';
comment on column model_runs.weights is 'of the blend, learnt on the last days held out; see sql/functions/recommend.sql';
comment on column model_runs.metrics is 'on the last days held out, by model: this one, the one in place, popularity';

create table current_model (
  only_row      boolean primary key default true check (only_row),
  model_version text    not null references model_runs
);

create table product_embeddings (
  model_version text   not null references model_runs on delete cascade,
  product_id    text   not null,
  embedding     real[] not null,
  primary key (model_version, product_id)
);

create table user_embeddings (
  model_version text    not null references model_runs on delete cascade,
  user_id       text    not null,
  is_anonymous  boolean not null,
  embedding     real[]  not null,
  primary key (model_version, user_id, is_anonymous)
);

-- A row a product, so that a request reads ten rows and not a thousand. The arrays run in parallel, best first.
create table product_neighbors (
  model_version text       not null references model_runs on delete cascade,
  product_id    text       not null,
  neighbors     text[]     not null,
  when_last     real[]     not null,
  when_before   real[]     not null,
  reasons       smallint[] not null,
  primary key (model_version, product_id)
);
comment on column product_neighbors.when_last is 'what each neighbour gains when this product was touched last';
comment on column product_neighbors.when_before is 'the same when others were touched since, before the decay by position';
comment on column product_neighbors.reasons is '1 bought together, 2 added together, 3 viewed together, 4 similar';

-- What was trending when the model was trained: the candidates whose newest rows are counted at request time.
create table model_trending (
  model_version text    not null references model_runs on delete cascade,
  rank          integer not null,
  product_id    text    not null,
  category      text,
  primary key (model_version, rank)
);
create index on model_trending (model_version, category);

-- Until the first training: nobody has learnt anything, so that what similar visits went on to decides, and then the
-- visitor's own latest products.
insert into model_runs (model_version, trainer, status, weights) values ('untrained', 'none', 'published',
  '{"position_decay": 0.7, "visits": 8, "visits_root": 0, "own": 0, "own_fast": 1, "own_slow": 0, "last": 0, "second": 0,
    "count": 0, "again": 0, "repeat_share": 0, "last_repeat": 0, "half_life_days": 7}');
insert into current_model (model_version) values ('untrained');

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_trainer') then create role bazaar_trainer login; end if;
end $$;
-- It reads the history in pages and writes in batches, and shares the database with the shop: each statement is short, the
-- run may take as long as a function may.
alter role bazaar_trainer set lock_timeout = '8s';
alter role bazaar_trainer set statement_timeout = '10min';
alter role bazaar_trainer set timezone = 'UTC';
grant usage on schema public to bazaar_trainer;
grant select on raw_product_views, raw_cart_events, raw_purchases, orders, identities, products, product_popularity,
  user_purchase_history to bazaar_trainer;
grant select, insert, update, delete on model_runs, product_embeddings, user_embeddings, product_neighbors, model_trending
  to bazaar_trainer;
grant select, update on current_model to bazaar_trainer;
grant select on model_runs, current_model, product_neighbors, model_trending to bazaar_reader;
grant select on model_runs, current_model to bazaar_maintainer;
