import { BazaarError } from '../../platform/errors.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { recordExtent, type SparkRun, selectSparkRun, toSparkRun } from '../../repositories/spark-runs.repository.ts';
import type { SparkParameters } from './plan-spark-run.ts';
import { readStagedPairs, readStagedProducts } from './staged-pairs.ts';
import { type TrainingOptions, trainModel } from './train-model.ts';
import { type LockOptions, withTrainingLock } from './training-lock.ts';
import type { TrainingOutcome } from './training-run.ts';

export type FinishOptions = Pick<TrainingOptions, 'threads' | 'signal' | 'onProgress' | 'publish'> & LockOptions;

/**
 * Does the rest of a run whose pairs Spark trained: learns the weights on what was held out, judges the model, writes it, and
 * publishes it unless it is worse than popularity or than the model in place.
 *
 * @returns `undefined` when the run is over already.
 * @throws BazaarError (`training_failed`) when Spark did not get to the end, or another training does not end in time; then
 *   the run stays unfinished. What `trainModel` throws.
 */
export async function finishSparkRun(
  session: Session,
  modelVersion: string,
  options: FinishOptions,
): Promise<TrainingOutcome | undefined> {
  const work = async () => {
    // Read under the lock: whoever held it may have finished this very run.
    const [row] = await databaseOn(session).query(selectSparkRun(modelVersion));
    return row === undefined ? undefined : finish(session, toSparkRun(row), options);
  };
  return withTrainingLock(session, work, options);
}

async function finish(
  session: Session,
  { modelVersion, parameters: stored, isStaged }: SparkRun,
  options: FinishOptions,
): Promise<TrainingOutcome> {
  if (!isStaged) throw new BazaarError('training_failed', `Spark has not written all pairs of the run ${modelVersion}`);
  const { plan, ...parameters } = stored as SparkParameters;
  const outcome = await trainModel(session, {
    ...options,
    ...{ until: new Date(plan.upto), windowDays: plan.recent_days, seed: plan.seed, tune: false },
    trained: {
      ...{ modelVersion, parameters, since: plan.before_seconds.held_out },
      productIds: await readStagedProducts(session, modelVersion),
      past: (productIds) => readStagedPairs(session, { modelVersion, part: 'held_out' }, productIds),
      everything: (productIds) => readStagedPairs(session, { modelVersion, part: 'whole' }, productIds),
    },
  });
  const events = parameters.staged?.touches ?? outcome.events;
  await databaseOn(session).query(recordExtent(modelVersion, { after: plan.after, touches: events }));
  return { ...outcome, events };
}
