-- What Spark leaves for the training to finish (docs/training.md): the strongest neighbours of each product for each kind of
-- pair. Of a run that failed or is finished nothing stays.
create table staged_pairs (
  model_version text   not null references model_runs on delete cascade,
  part          text   not null check (part in ('held_out', 'whole')),
  kind          text   not null check (kind in ('cosine', 'recent', 'rules', 'als')),
  product_id    text   not null,
  neighbors     text[] not null,
  strengths     real[] not null,
  primary key (model_version, part, kind, product_id)
);
comment on column staged_pairs.part is 'held_out: without the newest visits, on which weights are learnt; whole: with all';
grant select, insert, delete on staged_pairs to bazaar_trainer;
