import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';
import type { Session } from '../../repositories/neon-database.ts';
import { progressIn, report, type TrainingLog } from './report.ts';
import { withinTime } from './within-time.ts';

/** Any will do, as long as it stays: the same history gives the same model. */
const SEED = 1;

export type TrainOptions = {
  /** Until the function is killed. */
  remainingMs: number;
  threads: number;
  /** How many days before the newest event are read. */
  windowDays: number;
  log: TrainingLog;
  metrics: RecordMetrics;
};

/**
 * Trains the model within the time that is left, and publishes it unless it is worse than the one in place.
 *
 * @param session of the role `bazaar_trainer`, on the direct host.
 * @throws BazaarError (`training_failed`) when the time does not suffice or another training is under way; what the
 *   database throws.
 */
export async function train(
  session: Session,
  { remainingMs, threads, windowDays, log, metrics }: TrainOptions,
): Promise<TrainingOutcome> {
  const onProgress = progressIn(log);
  // A wider search took twice the time on YooChoose's clicks for a model that was no better: people do that, with `npm run train`.
  const options = { publish: true, tune: false, seed: SEED, threads, windowDays, onProgress };
  const outcome = await withinTime(remainingMs, (signal) => trainModel(session, { ...options, signal }));
  report(outcome, { log, metrics });
  return outcome;
}
