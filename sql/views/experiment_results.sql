-- Experiments by variant: how many people saw lists, and how often they went for what was in them.
create or replace view analytics.experiment_results with (security_barrier) as
select
  e.experiment,
  e.variant,
  count(distinct (e.user_id, e.is_anonymous)) as people,
  count(*) as exposures,
  count(e.clicked_product_id) as clicks,
  round(count(e.clicked_product_id)::numeric / count(*), 4) as click_through_rate,
  count(distinct (e.user_id, e.is_anonymous)) filter (where e.clicked_product_id is not null) as people_who_clicked,
  round(avg(e.position), 2) as mean_position,
  count(*) filter (where e.converted) as conversions,
  min(e.exposed_at) as first_exposed_at,
  max(e.exposed_at) as newest_event_at,
  greatest(0, extract(epoch from now() - max(e.exposed_at)))::numeric(12, 3) as freshness_seconds
from public.experiment_exposures e
group by e.experiment, e.variant
order by e.experiment, e.variant;

comment on view analytics.experiment_results is 'one row for each experiment and variant';
comment on column analytics.experiment_results.experiment is 'name of the experiment';
comment on column analytics.experiment_results.variant is 'what these people were shown: which model, or what is trending';
comment on column analytics.experiment_results.people is 'people who were shown a list';
comment on column analytics.experiment_results.exposures is 'lists shown';
comment on column analytics.experiment_results.clicks is 'lists of which the person viewed a product next';
comment on column analytics.experiment_results.click_through_rate is 'clicks divided by exposures';
comment on column analytics.experiment_results.people_who_clicked is 'people with at least one click';
comment on column analytics.experiment_results.mean_position is 'mean place of what was clicked, from 1; null without clicks';
comment on column analytics.experiment_results.conversions is 'clicks whose product the same person bought within seven days';
comment on column analytics.experiment_results.first_exposed_at is 'time of the first list';
comment on column analytics.experiment_results.newest_event_at is 'time of the newest list';
comment on column analytics.experiment_results.freshness_seconds is 'age of the newest list';
grant select on analytics.experiment_results to bazaar_bi;
