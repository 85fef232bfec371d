import type { TrainingOutcome } from '../training/train-model.ts';

/** The model of a database that never published one. */
export const UNTRAINED = 'untrained';

/** What a shop without another model would get after this training: a refused one is not served. */
export function askedModel({ status, modelVersion }: TrainingOutcome): string {
  return status === 'refused' ? UNTRAINED : modelVersion;
}
