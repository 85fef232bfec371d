import type { Trail } from '../history/trail.ts';
import type { PairList } from '../pairs/pair-list.ts';
import type { CandidateSheet } from './candidate-sheet.ts';
import type { PairKind } from './weights.ts';
import { pairColumn, pairKinds } from './weights.ts';

export type PairLists = { readonly [Kind in PairKind]: PairList };

/**
 * For each kind of pair the sum over the visitor's products of decay^position times the pair's value, and the same of its
 * root; the product touched last apart from those before it.
 */
export function addPairFeatures(
  sheet: CandidateSheet,
  { context }: Trail,
  lists: PairLists,
  positionDecay: number,
): void {
  pairKinds.forEach((kind, place) => {
    const { starts, neighbours, values } = lists[kind];
    context.forEach((product, position) => {
      const column = pairColumn(place, position === 0);
      const weight = positionDecay ** position;
      for (let index = starts[product] as number; index < (starts[product + 1] as number); index++) {
        const value = values[index] as number;
        sheet.add(neighbours[index] as number, column, weight * value);
        sheet.add(neighbours[index] as number, column + 1, weight * Math.sqrt(value));
      }
    });
  });
}
