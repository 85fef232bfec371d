import { LIST_LENGTH } from '../training/ranking-metrics.ts';

/** What a visitor touched so far, oldest first, and what came next. */
export type NextProduct = { prefix: readonly string[]; target: string };

/**
 * Over all rows and all products, no sampled negatives: the share of targets in the list, the mean of one by their place (0
 * when absent), the share among rows whose target is not in the prefix, how many of all hits these are, and the share of the
 * catalogue that appears in at least one list. Null where there is nothing to divide by.
 */
export type NextProductMetrics = {
  hr_at_20: number | null;
  mrr_at_20: number | null;
  novel_hr_at_20: number | null;
  novel_share: number | null;
  coverage: number | null;
};

export type NextProductTally = {
  /** The list for row `index`, best first; a row counts once, in any order. */
  add(index: number, list: readonly string[]): void;
  /** A row without a list counts as a miss. */
  metrics(): NextProductMetrics;
};

/** Collects the lists for the rows; keeps a place for each row, and which products were shown. */
export function createNextProductTally(
  rows: readonly NextProduct[],
  catalogue: Pick<ReadonlyMap<string, unknown>, 'has' | 'size'>,
): NextProductTally {
  const places = new Uint8Array(rows.length);
  const shown = new Set<string>();
  return {
    add(index, list) {
      const top = list.slice(0, LIST_LENGTH);
      places[index] = top.indexOf(rows[index]?.target ?? '') + 1;
      for (const product of top) if (catalogue.has(product)) shown.add(product);
    },
    metrics: () => ({ ...hitMetrics(rows, places), coverage: share(shown.size, catalogue.size) }),
  };
}

function hitMetrics(rows: readonly NextProduct[], places: Uint8Array): Omit<NextProductMetrics, 'coverage'> {
  const [hits, reciprocal] = [places.filter((place) => place > 0).length, places.reduce(addReciprocal, 0)];
  let [novelRows, novelHits] = [0, 0];
  rows.forEach(({ prefix, target }, index) => {
    if (prefix.includes(target)) return;
    novelRows++;
    if ((places[index] ?? 0) > 0) novelHits++;
  });
  return {
    hr_at_20: share(hits, rows.length),
    mrr_at_20: share(reciprocal, rows.length),
    novel_hr_at_20: share(novelHits, novelRows),
    novel_share: share(novelHits, hits),
  };
}

const addReciprocal = (sum: number, place: number) => (place > 0 ? sum + 1 / place : sum);

/** The quotient, or null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
