import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { countRecentDays, insertSparkRun, listSparkRuns } from '../../repositories/spark-runs.repository.ts';
import { timeSpan } from '../history/history.ts';
import { readHistory } from '../history/read-history.ts';
import { visitsOf } from '../history/visits.ts';
import { decide, type LearningOptions } from './learn-model.ts';
import { readModelInPlace } from './model-in-place.ts';
import type { ModelParameters } from './parameters.ts';
import { ROWS_PER_PAGE } from './train-model.ts';
import { clearUp, createModelVersion, failRun } from './training-run.ts';

/** What Spark is to do; a part of `model_runs.parameters`, read by `ml/spark/offline_model/plan.py`. */
export type SparkPlan = {
  /** It reads touches after one moment, up to and with another. ISO 8601. */
  readonly after: string;
  readonly upto: string;
  /** It trains twice, each time on touches before a second. */
  readonly before_seconds: { readonly held_out: number; readonly whole: number };
  readonly max_people: number;
  readonly seed: number;
  /** For whoever finishes the run: the part of the history that was read to plan it. */
  readonly recent_days: number;
};

/** `staged` is what Spark says when it is done. */
export type SparkParameters = ModelParameters & {
  readonly plan: SparkPlan;
  readonly staged?: { readonly touches: number; readonly seconds: number };
};

export type PlanOptions = Omit<LearningOptions, 'trained'> & {
  /** How many days before the newest event Spark reads. */
  readonly windowDays: number;
  /** How many of the newest touches are read here: these have to fit one machine. */
  readonly recentTouches: number;
};

/** A gigabyte of vectors in the database, at 128 factors. */
const MAX_PEOPLE = 2_000_000;
const DAY_MS = 86_400_000;
const MICROSECOND = 1e-6;

/**
 * Holds out the newest visits and chooses the parameters on recent touches, as a training in one process does, and writes
 * down what Spark is to do. A run before, of whose end nobody heard, has failed.
 *
 * @param session holds the lock of trainings.
 * @returns the version of the run; undefined when there is too little to learn from.
 */
export async function planSparkRun(session: Session, options: PlanOptions): Promise<string | undefined> {
  const database = databaseOn(session);
  for (const { model_version } of await database.query(listSparkRuns()))
    await failRun(session, String(model_version), 'nobody heard of its end before the next run');
  await clearUp(session);
  const upto = new Date();
  const [counted] = await database.query(countRecentDays(options.recentTouches));
  const { windowDays, signal, seed } = options;
  const recentDays = Math.min(windowDays, Number(counted?.days ?? windowDays));
  const history = await readHistory(session, {
    ...{ upto, windowDays: recentDays, rowsPerPage: ROWS_PER_PAGE, signal },
    onPage: (done, of) => options.onProgress('read history', done, of),
  });
  const inPlace = await readModelInPlace(session);
  const decided = await decide({ history, visits: visitsOf(history) }, inPlace?.seenUntil, options);
  if (decided === undefined) return undefined;
  const newest = timeSpan(history).last;
  const plan: SparkPlan = {
    after: new Date(newest * 1000 - windowDays * DAY_MS).toISOString(),
    upto: upto.toISOString(),
    before_seconds: { held_out: decided.held.since, whole: newest + MICROSECOND },
    ...{ max_people: MAX_PEOPLE, seed, recent_days: recentDays },
  };
  const modelVersion = createModelVersion('spark');
  const parameters: SparkParameters = { ...decided.parameters, plan };
  await database.query(insertSparkRun(modelVersion, parameters));
  return modelVersion;
}
