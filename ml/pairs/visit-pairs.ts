import { ADDED, BOUGHT, VIEWED } from '../history/history.ts';
import type { Visits } from '../history/visits.ts';
import { collectPairs, type PairList, type PairSums } from './pair-list.ts';

/** What a touch of each kind says, beside a view. */
export type EventWeights = { readonly view: number; readonly add_to_cart: number; readonly purchase: number };

export type VisitPairOptions = {
  /** 0.5 gives the cosine; above, popular products are preferred as neighbours. */
  readonly power: number;
  /** The weight of a visit halves with each such part of all visits that came after; Infinity weighs all alike. */
  readonly halfLifeShare: number;
  readonly eventWeights: EventWeights;
  /** A visit of n products weighs n^−power: long ones say less of each pair. */
  readonly lengthPower: number;
  /** Added to both frequencies, against pairs seen once. */
  readonly shrinkage: number;
};

/**
 * How often products occur in the same visits, by how often at all: Σ of the visits' weights / (f_i^power · f_j^(1 − power)).
 * The cosine of TF vectors with an asymmetric norm; source: Aiolli, "Efficient Top-N Recommendation for Very Large Scale
 * Binary Rated Datasets", 2013.
 */
export function visitPairs(visits: Visits, productCount: number, options: VisitPairOptions): PairList {
  const { productStarts, products, kinds, visitStarts, visitsOfProduct } = visits;
  const strengths = strengthOfKinds(options.eventWeights);
  const visitWeights = weighVisits(visits, options);
  const frequencies = new Float64Array(productCount);
  for (let visit = 0; visit < visits.count; visit++)
    for (let entry = productStarts[visit] as number; entry < (productStarts[visit + 1] as number); entry++) {
      const product = products[entry] as number;
      const strength = strengths[kinds[entry] as number] as number;
      frequencies[product] = (frequencies[product] as number) + (visitWeights[visit] as number) * strength ** 2;
    }
  const own = frequencies.map((frequency) => (frequency + options.shrinkage) ** options.power);
  const other = frequencies.map((frequency) => (frequency + options.shrinkage) ** (1 - options.power));
  const sum = (product: number, { add }: PairSums) => {
    for (let index = visitStarts[product] as number; index < (visitStarts[product + 1] as number); index++) {
      const visit = visitsOfProduct[index] as number;
      const [first, end] = [productStarts[visit] as number, productStarts[visit + 1] as number];
      const strength = strengths[kinds[products.indexOf(product, first)] as number] as number;
      const weight = (visitWeights[visit] as number) * strength;
      for (let entry = first; entry < end; entry++)
        add(products[entry] as number, weight * (strengths[kinds[entry] as number] as number));
    }
  };
  const scale = (product: number, neighbour: number, together: number) =>
    together / ((own[product] as number) * (other[neighbour] as number));
  return collectPairs(productCount, sum, scale);
}

/** For each set of kinds the root of its greatest weight, so that a pair of equals weighs as much as one of them. */
function strengthOfKinds(weights: EventWeights): Float64Array {
  const strengths = new Float64Array(VIEWED + ADDED + BOUGHT + 1);
  for (let kinds = 0; kinds < strengths.length; kinds++)
    strengths[kinds] = Math.sqrt(
      Math.max(
        kinds & VIEWED ? weights.view : 0,
        kinds & ADDED ? weights.add_to_cart : 0,
        kinds & BOUGHT ? weights.purchase : 0,
      ),
    );
  return strengths;
}

/** By age and length. */
function weighVisits({ count, productStarts }: Visits, { lengthPower, halfLifeShare }: VisitPairOptions): Float64Array {
  return Float64Array.from({ length: count }, (_, visit) => {
    const length = (productStarts[visit + 1] as number) - (productStarts[visit] as number);
    return length ** -lengthPower * visitRecency(visit, count, halfLifeShare);
  });
}

/** 1 for the newest visit, half of it after each part `halfLifeShare` of all. */
function visitRecency(visit: number, count: number, halfLifeShare: number): number {
  return 0.5 ** ((count - 1 - visit) / (halfLifeShare * count));
}
