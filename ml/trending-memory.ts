import type { Trending } from '../repositories/recommendations.repository.ts';

/** Keeps what is trending for some seconds: it is the same for all who ask, and most of what answering a stranger costs. */
export type TrendingMemory = {
  /** `undefined` when nothing is kept, or for too long. */
  recall: () => Trending | undefined;
  keep: (trending: Trending) => void;
};

/**
 * Far less than the half-life of a vote, which is days, and less than what a shop would notice after a campaign began. What
 * may be shown (hidden, sold out) is read at each request all the same.
 */
const MAX_AGE_MS = 5_000;

/** A memory for one process, empty at first. */
export function createTrendingMemory(now: () => Date = () => new Date()): TrendingMemory {
  let kept: { trending: Trending; until: number } | undefined;
  return {
    recall: () => (kept !== undefined && now().getTime() < kept.until ? kept.trending : undefined),
    keep: (trending) => {
      kept = { trending, until: now().getTime() + MAX_AGE_MS };
    },
  };
}
