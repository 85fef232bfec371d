import { BazaarError } from '../../platform/errors.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { recordExtent, type SparkRun } from '../../repositories/spark-runs.repository.ts';
import { deleteStagedPairs } from '../../repositories/staged-pairs.repository.ts';
import type { SparkParameters } from './plan-spark-run.ts';
import { readStagedPairs, readStagedProducts } from './staged-pairs.ts';
import { type TrainingOptions, trainModel } from './train-model.ts';
import type { TrainingOutcome } from './training-run.ts';

export type FinishOptions = Pick<TrainingOptions, 'threads' | 'signal' | 'onProgress' | 'publish'>;

/**
 * Does the rest of a run whose pairs Spark trained: learns the weights on what was held out, judges the model, writes it, and
 * publishes it unless it is worse than popularity or than the model in place.
 *
 * @throws BazaarError (`training_failed`) when Spark did not get to the end; what `trainModel` throws.
 */
export async function finishSparkRun(
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
  await databaseOn(session).query(deleteStagedPairs(modelVersion));
  return { ...outcome, events };
}
