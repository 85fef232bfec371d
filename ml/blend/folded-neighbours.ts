import { reals, wholeNumbers } from '../history/growing-column.ts';
import { createTopList, type TopList } from '../pairs/top-list.ts';
import type { PairLists } from './pair-features.ts';
import { pairColumn, pairKinds } from './weights.ts';

/**
 * What each neighbour gains when a product was touched last, and when others were touched since (before the decay by
 * position): all that the learnt weights make of a pair. Those of product p stand from `starts[p]` up to `starts[p + 1]`.
 */
export type FoldedNeighbours = {
  readonly starts: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly whenLast: Float32Array;
  readonly whenBefore: Float32Array;
};

/** More lost and won nothing on two shops' held-out days. */
export const FOLDED_PER_PRODUCT = 120;

/**
 * The score is linear in the values of pairs and their roots, so that weights and values of all kinds add up to two numbers a
 * pair. Of each product the pairs with the greatest gain are kept.
 *
 * @param weights of all features, in the order of their columns.
 */
export function foldPairs(
  lists: PairLists,
  weights: ArrayLike<number>,
  productCount: number,
  limit = FOLDED_PER_PRODUCT,
): FoldedNeighbours {
  const gains: Gains = {
    last: new Float64Array(productCount),
    before: new Float64Array(productCount),
    touched: new Set<number>(),
  };
  const top = createTopList(limit);
  const starts = new Uint32Array(productCount + 1);
  const [neighbours, whenLast, whenBefore] = [wholeNumbers(), reals(), reals()];
  for (let product = 0; product < productCount; product++) {
    addGains(lists, weights, product, gains);
    keepBest(gains, top);
    for (const neighbour of top.products.subarray(0, top.count)) {
      neighbours.push(neighbour);
      whenLast.push(gains.last[neighbour] as number);
      whenBefore.push(gains.before[neighbour] as number);
    }
    starts[product + 1] = (starts[product] as number) + top.count;
    forget(gains);
  }
  return {
    starts,
    neighbours: neighbours.finish(),
    whenLast: whenLast.finish(),
    whenBefore: whenBefore.finish(),
  };
}

type Gains = { last: Float64Array; before: Float64Array; touched: Set<number> };

function addGains(
  lists: PairLists,
  weights: ArrayLike<number>,
  product: number,
  { last, before, touched }: Gains,
): void {
  pairKinds.forEach((kind, place) => {
    const { starts, neighbours, values } = lists[kind];
    const [lastColumn, beforeColumn] = [pairColumn(place, true), pairColumn(place, false)];
    const gain = (column: number, value: number) =>
      (weights[column] as number) * value + (weights[column + 1] as number) * Math.sqrt(value);
    for (let index = starts[product] as number; index < (starts[product + 1] as number); index++) {
      const [neighbour, value] = [neighbours[index] as number, values[index] as number];
      last[neighbour] = (last[neighbour] as number) + gain(lastColumn, value);
      before[neighbour] = (before[neighbour] as number) + gain(beforeColumn, value);
      touched.add(neighbour);
    }
  });
}

function keepBest({ last, before, touched }: Gains, top: TopList): void {
  top.clear();
  for (const neighbour of touched) {
    const gain = Math.max(last[neighbour] as number, before[neighbour] as number);
    if (gain > 0) top.offer(neighbour, gain);
  }
}

function forget({ last, before, touched }: Gains): void {
  for (const neighbour of touched) {
    last[neighbour] = 0;
    before[neighbour] = 0;
  }
  touched.clear();
}
