import { LIST_LENGTH } from '../training/ranking-metrics.ts';
import { share } from './next-product.ts';

/** What a person came to, and what they were shown, best first. */
export type PersonOutcome = { relevant: readonly string[]; list: readonly string[] };

export type PersonMetrics = { recall_at_20: number | null; ndcg_at_20: number | null };

/**
 * Means over persons. Recall: the share of a person's products that is in the list. NDCG: hits weighed by 1 / log2(place + 1),
 * divided by what the best list of that length would reach (Järvelin and Kekäläinen 2002, relevance 0 or 1).
 */
export function personMetrics(outcomes: readonly PersonOutcome[]): PersonMetrics {
  let [recall, ndcg] = [0, 0];
  for (const { relevant, list } of outcomes) {
    const wanted = new Set(relevant);
    const places = list.slice(0, LIST_LENGTH).flatMap((product, index) => (wanted.has(product) ? [index] : []));
    recall += places.length / wanted.size;
    ndcg += gain(places) / gain([...Array(Math.min(wanted.size, LIST_LENGTH)).keys()]);
  }
  return { recall_at_20: share(recall, outcomes.length), ndcg_at_20: share(ndcg, outcomes.length) };
}

/** Discounted gain of hits at these places, which count from 0. */
function gain(places: readonly number[]): number {
  return places.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0);
}
