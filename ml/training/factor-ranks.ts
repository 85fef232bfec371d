import type { AlsModel } from '../als/train-als.ts';
import type { Trail } from '../history/trail.ts';
import type { RankOf } from './ranking-metrics.ts';

/**
 * Ranks products that are not among the visitor's by the cosine of their factors with the mean of those of the visitor's
 * products, each as a unit vector weighed by decay^position.
 */
export function factorRanks({ itemFactors, factors }: AlsModel, positionDecay: number): RankOf {
  const vectors = unitVectors(itemFactors, factors);
  const productCount = vectors.length / factors;
  const scores = new Float64Array(productCount);
  return (trail, product) => {
    const query = queryOf(vectors, factors, trail, positionDecay);
    for (let other = 0; other < productCount; other++) scores[other] = dot(vectors, other * factors, query);
    const score = scores[product] as number;
    if (score <= 0 || trail.context.includes(product)) return undefined;
    for (const own of trail.context) scores[own] = 0;
    let rank = 1;
    for (let other = 0; other < productCount; other++)
      if ((scores[other] as number) > score || (scores[other] === score && other < product)) rank++;
    return rank;
  };
}

function queryOf(vectors: Float32Array, factors: number, { context }: Trail, positionDecay: number): Float64Array {
  const query = new Float64Array(factors);
  context.forEach((product, position) => {
    for (let factor = 0; factor < factors; factor++)
      query[factor] =
        (query[factor] as number) + positionDecay ** position * (vectors[product * factors + factor] as number);
  });
  return query;
}

function dot(vectors: Float32Array, at: number, query: Float64Array): number {
  let sum = 0;
  for (let factor = 0; factor < query.length; factor++)
    sum += (query[factor] as number) * (vectors[at + factor] as number);
  return sum;
}

function unitVectors(itemFactors: Float32Array, factors: number): Float32Array {
  const vectors = itemFactors.slice();
  for (let at = 0; at < vectors.length; at += factors) {
    const vector = vectors.subarray(at, at + factors);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length > 0)
      for (let factor = 0; factor < factors; factor++) vector[factor] = (vector[factor] as number) / length;
  }
  return vectors;
}
