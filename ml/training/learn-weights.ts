import { createCandidateSheet } from '../blend/candidate-sheet.ts';
import { createChoiceCollector } from '../blend/choice-set.ts';
import { fitConditionalLogit } from '../blend/conditional-logit.ts';
import { addOwnFeatures } from '../blend/own-features.ts';
import { addPairFeatures, type PairLists } from '../blend/pair-features.ts';
import { randomBelow } from '../blend/random-below.ts';
import { addVisitFeatures } from '../blend/visit-features.ts';
import { FEATURE_COUNT } from '../blend/weights.ts';
import type { History } from '../history/history.ts';
import { trailBefore } from '../history/trail.ts';
import type { Visits } from '../history/visits.ts';

export type LearningTask = {
  readonly history: History;
  /** All visits; of each example those count that were over. */
  readonly visits: Visits;
  readonly lists: PairLists;
  readonly positionDecay: number;
  readonly seed: number;
};

/** Five bytes each: what the features of all examples may take. Beyond, the rest of the examples is left out. */
const MAX_ENTRIES = 25_000_000;

/**
 * The weight of each feature with which the examples' touches are most likely among all candidates. An example whose touch
 * is no candidate teaches nothing.
 *
 * @param examples touches of the history.
 */
export function learnWeights(task: LearningTask, examples: Uint32Array): Float64Array {
  const { history, visits, lists, positionDecay, seed } = task;
  const sheet = createCandidateSheet(history.productIds.length, FEATURE_COUNT);
  const choices = createChoiceCollector();
  for (const touch of examples) {
    const trail = trailBefore(history, touch);
    sheet.clear();
    addVisitFeatures(sheet, trail, visits, positionDecay);
    addOwnFeatures(sheet, trail);
    addPairFeatures(sheet, trail, lists, positionDecay);
    const row = sheet.find(history.products[touch] as number);
    if (row !== undefined) choices.add(sheet, row);
    if (choices.entryCount > MAX_ENTRIES) break;
  }
  return fitConditionalLogit(choices.finish(), FEATURE_COUNT, randomBelow(seed));
}
