import type { History } from '../history/history.ts';
import type { Visits } from '../history/visits.ts';
import { collectPairs, type PairList, type PairSums } from './pair-list.ts';

const MAX_STEPS = 10;
/** Added to how many visits touched the product, against rules of one visit. */
const SHRINKAGE = 3;

/**
 * What followed a product in the same visit within ten steps, the nearer the more: Σ 1/steps, by the visits that touched it.
 * Sequential rules; source: Ludewig, Jannach, "Evaluation of Session-based Recommendation Algorithms", 2018, section 3.2.
 */
export function rulePairs(history: History, visits: Visits): PairList {
  const { products } = history;
  const { firsts, ends, visitStarts, visitsOfProduct } = visits;
  const sum = (product: number, { add }: PairSums) => {
    for (let index = visitStarts[product] as number; index < (visitStarts[product + 1] as number); index++) {
      const visit = visitsOfProduct[index] as number;
      const end = ends[visit] as number;
      for (let touch = firsts[visit] as number; touch < end; touch++) {
        if (products[touch] !== product) continue;
        const last = Math.min(end - 1, touch + MAX_STEPS);
        for (let later = touch + 1; later <= last; later++) add(products[later] as number, 1 / (later - touch));
      }
    }
  };
  const scale = (product: number, _: number, followed: number) =>
    followed / ((visitStarts[product + 1] as number) - (visitStarts[product] as number) + SHRINKAGE);
  return collectPairs(history.productIds.length, sum, scale);
}
