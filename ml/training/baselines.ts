import { createCandidateSheet } from '../blend/candidate-sheet.ts';
import { rankOfRow } from '../blend/score.ts';
import type { Visits } from '../history/visits.ts';
import { visitPairs } from '../pairs/visit-pairs.ts';
import { LIST_LENGTH, type RankOf } from './ranking-metrics.ts';
import { mostVoted } from './trending-votes.ts';

/** The same list for everybody. @param votes for each product. */
export function popularityRanks(votes: Float64Array): RankOf {
  const list = mostVoted(votes, LIST_LENGTH);
  return (_, product) => {
    const place = list.indexOf(product);
    return place < 0 ? undefined : place + 1;
  };
}

const POSITION_DECAY = 0.7;
const ALL_ALIKE = { view: 1, add_to_cart: 1, purchase: 1 };

/**
 * Plain item-item cosine with 100 neighbours, a product being its own nearest, and the visitor's products weighed by 0.7 to
 * the power of their position: the best single model of our trials.
 */
export function itemKnnRanks(visits: Visits, productCount: number): RankOf {
  const plain = { power: 0.5, lengthPower: 0, shrinkage: 0, halfLifeShare: Number.POSITIVE_INFINITY };
  const { starts, neighbours, values } = visitPairs(visits, productCount, { ...plain, eventWeights: ALL_ALIKE });
  const sheet = createCandidateSheet(productCount, 1);
  return ({ context }, product) => {
    sheet.clear();
    context.forEach((touched, position) => {
      const weight = POSITION_DECAY ** position;
      sheet.add(touched, 0, weight);
      for (let index = starts[touched] as number; index < (starts[touched + 1] as number); index++)
        sheet.add(neighbours[index] as number, 0, weight * (values[index] as number));
    });
    const row = sheet.find(product);
    return row === undefined ? undefined : rankOfRow(sheet.values.subarray(0, sheet.count), sheet.products, row);
  };
}
