import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import type { createLogger } from '../../platform/logger.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';

export type TrainingLog = Pick<ReturnType<typeof createLogger>, 'info' | 'warn'>;

/** Tells the log of each step that is done. */
export function progressIn(log: TrainingLog): (step: string, done: number, of: number) => void {
  return (step, done, of) => {
    if (done === of) log.info('step of the training is done', { step });
  };
}

/** Tells log and metrics what came of a training. */
export function report(outcome: TrainingOutcome, { log, metrics }: { log: TrainingLog; metrics: RecordMetrics }): void {
  const { modelVersion, status, detail, events, people, products, seconds, peakMemoryBytes, leftBehind } = outcome;
  const hitRate = outcome.metrics?.model.hr_at_20 ?? undefined;
  log.info('training is done', {
    ...{ modelVersion, status, detail, events, people, products, seconds, peakMemoryBytes, hitRate },
  });
  if (leftBehind !== undefined) log.warn('rows that nobody needs are left until the next training', { leftBehind });
  metrics({
    training_seconds: seconds,
    model_published: status === 'published' ? 1 : 0,
    ...(hitRate === undefined ? {} : { training_hit_rate: hitRate }),
  });
}
