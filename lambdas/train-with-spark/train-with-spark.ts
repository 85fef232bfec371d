import { finishSparkRun } from '../../ml/training/finish-spark-run.ts';
import { planSparkRun } from '../../ml/training/plan-spark-run.ts';
import { type LockOptions, withTrainingLock } from '../../ml/training/training-lock.ts';
import { failRun, type TrainingOutcome } from '../../ml/training/training-run.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';
import { tryTrainingLock } from '../../repositories/models.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { listStagedRuns, nameJob, selectRunOfJob } from '../../repositories/spark-runs.repository.ts';
import { progressIn, report, type TrainingLog } from '../train/report.ts';
import { withinTime } from '../train/within-time.ts';
import type { JobEnd } from './spark-job.ts';

/** As for the training in one process: the same history gives the same plan. */
const SEED = 1;
/** With 13 bytes each in memory, and some copies of that while they are sorted. */
const RECENT_TOUCHES = 10_000_000;
/** Of the time there is, what is left to finish a model when another training has ended. */
const SHARE_TO_WAIT = 0.5;

export type SparkOptions = {
  /** Until the function is killed. */
  remainingMs: number;
  threads: number;
  /** How many days before the newest event Spark reads. */
  windowDays: number;
  log: TrainingLog;
  metrics: RecordMetrics;
  /** Starts the job for a version and returns its id. */
  startJob: (modelVersion: string) => Promise<string>;
};

/**
 * By the clock: finishes a complete run of whose end nobody heard, decides what Spark is to do next, and starts its job. Returns
 * the version, or `undefined` when there is too little to learn from or another training is under way.
 */
export async function startTraining(session: Session, options: SparkOptions): Promise<string | undefined> {
  const { remainingMs, threads, windowDays, log, startJob } = options;
  // Held until the session is closed.
  if (!(await tryTrainingLock(session))) {
    log.warn('another training is under way');
    return undefined;
  }
  const plan = { seed: SEED, tune: false, windowDays, recentTouches: RECENT_TOUCHES, threads };
  const modelVersion = await withinTime(remainingMs, (signal) =>
    withTrainingLock(session, async () => {
      for (const { model_version } of await databaseOn(session).query(listStagedRuns()))
        await finish(session, String(model_version), { ...options, signal });
      return planSparkRun(session, { ...plan, onProgress: progressIn(log), signal });
    }),
  );
  if (modelVersion === undefined) {
    log.warn('too little history to learn from');
    return undefined;
  }
  try {
    const jobRunId = await startJob(modelVersion);
    await databaseOn(session).query(nameJob(modelVersion, jobRunId));
    log.info('job is started', { modelVersion, jobRunId });
  } catch (error) {
    await failRun(session, modelVersion, error);
    throw error;
  }
  return modelVersion;
}

/**
 * When the job is over: finishes its model, once other trainings are done, or says that the run failed. An end that is told
 * twice changes nothing, and returns `undefined`.
 *
 * @throws BazaarError (`training_failed`) for a job that failed, so that the function's alarm rings.
 */
export async function endTraining(
  session: Session,
  { jobRunId, state }: JobEnd,
  options: SparkOptions,
): Promise<TrainingOutcome | undefined> {
  const { remainingMs, log } = options;
  const [row] = await databaseOn(session).query(selectRunOfJob(jobRunId));
  if (row === undefined) {
    log.warn('no unfinished run belongs to the job', { jobRunId, state });
    return undefined;
  }
  const modelVersion = String(row.model_version);
  if (state !== 'SUCCESS') {
    const error = new BazaarError('training_failed', `the Spark job ${jobRunId} ended as ${state}; its log says why`);
    await failRun(session, modelVersion, error);
    throw error;
  }
  const waitMs = remainingMs * SHARE_TO_WAIT;
  return withinTime(remainingMs, (signal) => finish(session, modelVersion, { ...options, waitMs, signal }));
}

async function finish(
  session: Session,
  modelVersion: string,
  { threads, log, metrics, waitMs, signal }: Pick<SparkOptions, 'threads' | 'log' | 'metrics'> & LockOptions,
): Promise<TrainingOutcome | undefined> {
  const options = { publish: true, threads, onProgress: progressIn(log), waitMs, signal };
  const outcome = await finishSparkRun(session, modelVersion, options);
  if (outcome === undefined) log.warn('another one has finished the run', { modelVersion });
  else report(outcome, { log, metrics });
  return outcome;
}
