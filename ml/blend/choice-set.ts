import { growingColumn, reals, wholeNumbers } from '../history/growing-column.ts';
import type { CandidateSheet } from './candidate-sheet.ts';

/**
 * What visitors could have touched and what they did touch, without the zeros: the candidates of choice c stand from
 * `candidateStarts[c]`, the features of candidate k from `entryStarts[k]` in `features` and `values`.
 */
export type ChoiceSet = {
  readonly candidateStarts: Uint32Array;
  readonly entryStarts: Uint32Array;
  readonly features: Uint8Array;
  readonly values: Float32Array;
  /** Which of its candidates was touched, for each choice. */
  readonly targets: Uint32Array;
};

export type ChoiceCollector = {
  readonly entryCount: number;
  /** Takes what stands on the sheet. */
  add(sheet: CandidateSheet, targetRow: number): void;
  finish(): ChoiceSet;
};

export function createChoiceCollector(): ChoiceCollector {
  const [candidateStarts, entryStarts, targets] = [wholeNumbers(), wholeNumbers(), wholeNumbers()];
  const features = growingColumn((length) => new Uint8Array(length));
  const values = reals();
  let [candidateCount, entryCount] = [0, 0];
  const addEntries = (row: Float32Array) => {
    row.forEach((value, feature) => {
      if (value === 0) return;
      features.push(feature);
      values.push(value);
      entryCount++;
    });
  };
  return {
    get entryCount() {
      return entryCount;
    },
    add(sheet, targetRow) {
      candidateStarts.push(candidateCount);
      targets.push(targetRow);
      for (let row = 0; row < sheet.count; row++) {
        entryStarts.push(entryCount);
        addEntries(sheet.values.subarray(row * sheet.width, (row + 1) * sheet.width));
      }
      candidateCount += sheet.count;
    },
    finish() {
      candidateStarts.push(candidateCount);
      entryStarts.push(entryCount);
      return {
        candidateStarts: candidateStarts.finish(),
        entryStarts: entryStarts.finish(),
        features: features.finish(),
        values: values.finish(),
        targets: targets.finish(),
      };
    },
  };
}
