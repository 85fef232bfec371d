import type { History } from '../history/history.ts';
import { type Trail, trailBefore } from '../history/trail.ts';

export const LIST_LENGTH = 20;

/**
 * Over all products, no sampled negatives: the share of examples whose touch is among the first 20, the mean of one by its
 * place (0 beyond 20), and the share among examples whose product the visitor had not touched lately. Null for no examples.
 */
export type RankingMetrics = {
  readonly examples: number;
  readonly hr_at_20: number | null;
  readonly mrr_at_20: number | null;
  readonly novel_hr_at_20: number | null;
};

/** The place of a product in a visitor's list from 1 on; undefined when it is not in it. */
export type RankOf = (trail: Trail, product: number) => number | undefined;

/** Asks a model for each example (a touch of the history) as of just before it. */
export function measureRanking(history: History, examples: Uint32Array, rankOf: RankOf): RankingMetrics {
  let [hits, reciprocals, novel, novelHits] = [0, 0, 0, 0];
  for (const touch of examples) {
    const trail = trailBefore(history, touch);
    const product = history.products[touch] as number;
    const rank = rankOf(trail, product);
    const isHit = rank !== undefined && rank <= LIST_LENGTH;
    const isNovel = !trail.touches.includes(product);
    novel += Number(isNovel);
    if (!isHit) continue;
    hits++;
    reciprocals += 1 / rank;
    novelHits += Number(isNovel);
  }
  const count = examples.length;
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  return {
    examples: count,
    hr_at_20: share(hits, count),
    mrr_at_20: share(reciprocals, count),
    novel_hr_at_20: share(novelHits, novel),
  };
}
