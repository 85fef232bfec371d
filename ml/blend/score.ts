import type { Trail } from '../history/trail.ts';
import type { Visits } from '../history/visits.ts';
import { type CandidateSheet, createCandidateSheet } from './candidate-sheet.ts';
import type { FoldedNeighbours } from './folded-neighbours.ts';
import { addOwnFeatures } from './own-features.ts';
import { addVisitFeatures } from './visit-features.ts';
import { type BlendWeights, liveFeatures, PAIRS_COLUMN } from './weights.ts';

/** A model as it is stored, and the visits that it looks at when it is asked. */
export type ScoredModel = {
  readonly neighbours: FoldedNeighbours;
  readonly weights: BlendWeights;
  readonly visits: Visits;
  readonly productCount: number;
};

export type Scorer = {
  /** The place of a product among all candidates from 1 on, of equals the lower number first; undefined for none. */
  rank(trail: Trail, product: number): number | undefined;
  /** The candidates with the greatest scores, best first. */
  best(trail: Trail, count: number): { product: number; score: number }[];
};

/** Scores as sql/functions/recommend.sql does, from memory. */
export function createScorer({ neighbours, weights, visits, productCount }: ScoredModel): Scorer {
  const sheet = createCandidateSheet(productCount, PAIRS_COLUMN + 1);
  const weightOfColumn = Float64Array.of(...liveFeatures.map((feature) => weights[feature]), 1);
  const scoresOf = (trail: Trail): Float64Array => {
    sheet.clear();
    addVisitFeatures(sheet, trail, visits, weights.position_decay);
    addOwnFeatures(sheet, trail);
    addFoldedPairs(sheet, trail, neighbours, weights.position_decay);
    return Float64Array.from({ length: sheet.count }, (_, row) => scoreOfRow(sheet, row, weightOfColumn));
  };
  return {
    rank(trail, product) {
      const scores = scoresOf(trail);
      const row = sheet.find(product);
      return row === undefined ? undefined : rankOfRow(scores, sheet.products, row);
    },
    best(trail, count) {
      const scored = Array.from(scoresOf(trail), (score, row) => ({ product: sheet.products[row] as number, score }));
      return scored.sort((a, b) => b.score - a.score || a.product - b.product).slice(0, count);
    },
  };
}

function addFoldedPairs(sheet: CandidateSheet, { context }: Trail, folded: FoldedNeighbours, decay: number): void {
  const { starts, neighbours, whenLast, whenBefore } = folded;
  context.forEach((product, position) => {
    const [gains, weight] = position === 0 ? [whenLast, 1] : [whenBefore, decay ** position];
    for (let index = starts[product] as number; index < (starts[product + 1] as number); index++)
      sheet.add(neighbours[index] as number, PAIRS_COLUMN, weight * (gains[index] as number));
  });
}

/** w·x of one candidate. */
function scoreOfRow({ values, width }: CandidateSheet, row: number, weights: Float64Array): number {
  let score = 0;
  for (let column = 0; column < width; column++)
    score += (weights[column] as number) * (values[row * width + column] as number);
  return score;
}

/** The place of a candidate from 1 on; of equal scores the lower product comes first. */
export function rankOfRow(scores: Float32Array | Float64Array, products: Uint32Array, row: number): number {
  const [score, product] = [scores[row] as number, products[row] as number];
  let rank = 1;
  for (let other = 0; other < scores.length; other++) {
    const difference = (scores[other] as number) - score;
    if (difference > 0 || (difference === 0 && (products[other] as number) < product)) rank++;
  }
  return rank;
}
