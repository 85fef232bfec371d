import type { Row, Statement } from './database.ts';

/** A run of Spark that is not over. `isStaged`: its pairs are complete. */
export type SparkRun = { modelVersion: string; parameters: unknown; isStaged: boolean };

/** A run that Spark is to work on. @param parameters what it is to do (`ml/training/spark-plan.ts`). */
export function insertSparkRun(modelVersion: string, parameters: object): Statement {
  return {
    text: "insert into model_runs (model_version, trainer, status, parameters) values ($1, 'spark', 'training', $2::jsonb)",
    params: [modelVersion, JSON.stringify(parameters)],
  };
}

/** Remembers which job works on the run, since AWS tells of jobs only by their ids. */
export function nameJob(modelVersion: string, jobRunId: string): Statement {
  return {
    text: "update model_runs set parameters = parameters || jsonb_build_object('job_run', $2::text) where model_version = $1",
    params: [modelVersion, jobRunId],
  };
}

const UNFINISHED = "trainer = 'spark' and status = 'training'";

/** The unfinished run of a job. */
export function selectRunOfJob(jobRunId: string): Statement {
  return {
    text: `select model_version from model_runs where ${UNFINISHED} and parameters ->> 'job_run' = $1`,
    params: [jobRunId],
  };
}

/** The unfinished run of this version. */
export function selectSparkRun(modelVersion: string): Statement {
  return {
    text: `select model_version, parameters, parameters ? 'staged' as is_staged from model_runs
      where ${UNFINISHED} and model_version = $1`,
    params: [modelVersion],
  };
}

/** Rows of `selectSparkRun`. */
export function toSparkRun({ model_version, parameters, is_staged }: Row): SparkRun {
  return { modelVersion: String(model_version), parameters, isStaged: is_staged === true };
}

/**
 * Unfinished runs whose pairs are complete, of the last day and a half: whoever tries to finish one and is killed leaves it as
 * it was, and is not to try for ever.
 */
export function listStagedRuns(): Statement {
  return {
    text: `select model_version from model_runs
      where ${UNFINISHED} and parameters ? 'staged' and started_at > now() - interval '36 hours' order by started_at`,
    params: [],
  };
}

/** Corrects what a run says of its history: Spark saw more than whoever finished it. @param after ISO 8601. */
export function recordExtent(modelVersion: string, { after, touches }: { after: string; touches: number }): Statement {
  return {
    text: 'update model_runs set window_start = least(window_start, $2::timestamptz), events = $3::bigint where model_version = $1',
    params: [modelVersion, after, touches],
  };
}

/** All unfinished runs. */
export function listSparkRuns(): Statement {
  return { text: `select model_version from model_runs where ${UNFINISHED}`, params: [] };
}

/**
 * How many days back, counted from the newest hour, there are about so many touches: `days`, a fraction, or null where there
 * are none. Of hours that were counted, not of the rows themselves.
 */
export function countRecentDays(touches: number): Statement {
  return {
    text: `with hours as (select hour, sum(views + cart_adds + units_sold) as touches from product_popularity group by hour)
      select extract(epoch from max(hour) - min(hour) + interval '1 hour')::float8 / 86400 as days
      from (select hour, sum(touches) over (order by hour desc) - touches as newer from hours) h where newer < $1`,
    params: [touches],
  };
}
