import { finishSparkRun } from '../../ml/training/finish-spark-run.ts';
import { planSparkRun } from '../../ml/training/plan-spark-run.ts';
import { failRun, type TrainingOutcome } from '../../ml/training/training-run.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { createLogger } from '../../platform/logger.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';
import { tryTrainingLock } from '../../repositories/models.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { nameJob, selectRunOfJob, toSparkRun } from '../../repositories/spark-runs.repository.ts';
import { progressIn, report } from '../train/report.ts';
import { withinTime } from '../train/within-time.ts';
import type { JobEnd } from './spark-job.ts';

/** As for the training in one process: the same history gives the same plan. */
const SEED = 1;
/** With 13 bytes each in memory, and some copies of that while they are sorted. */
const RECENT_TOUCHES = 10_000_000;

export type SparkOptions = {
  /** Until the function is killed. */
  remainingMs: number;
  threads: number;
  /** How many days before the newest event Spark reads. */
  windowDays: number;
  log: Pick<ReturnType<typeof createLogger>, 'info' | 'warn'>;
  metrics: RecordMetrics;
  /** Starts the job for a version and returns its id. */
  startJob: (modelVersion: string) => Promise<string>;
};

/**
 * By the clock: decides what Spark is to do, and starts its job. Returns the version, or `undefined` when there is too
 * little to learn from or another training is under way.
 */
export async function startTraining(session: Session, options: SparkOptions): Promise<string | undefined> {
  const { remainingMs, threads, windowDays, log, startJob } = options;
  if (!(await tryTrainingLock(session))) {
    log.warn('another training is under way');
    return undefined;
  }
  const plan = { seed: SEED, tune: false, windowDays, recentTouches: RECENT_TOUCHES, threads };
  const modelVersion = await withinTime(remainingMs, (signal) =>
    planSparkRun(session, { ...plan, onProgress: progressIn(log), signal }),
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
 * When the job is over: finishes its model, or says that the run failed. An end that is told twice changes nothing, and
 * returns `undefined`.
 *
 * @throws BazaarError (`training_failed`) for a job that failed, so that the function's alarm rings.
 */
export async function endTraining(
  session: Session,
  { jobRunId, state }: JobEnd,
  { remainingMs, threads, log, metrics }: SparkOptions,
): Promise<TrainingOutcome | undefined> {
  const [row] = await databaseOn(session).query(selectRunOfJob(jobRunId));
  if (row === undefined) {
    log.warn('no unfinished run belongs to the job', { jobRunId, state });
    return undefined;
  }
  const run = toSparkRun(row);
  if (state !== 'SUCCESS') {
    const error = new BazaarError('training_failed', `the Spark job ${jobRunId} ended as ${state}; its log says why`);
    await failRun(session, run.modelVersion, error);
    throw error;
  }
  const outcome = await withinTime(remainingMs, (signal) =>
    finishSparkRun(session, run, { publish: true, threads, onProgress: progressIn(log), signal }),
  );
  report(outcome, { log, metrics });
  return outcome;
}
