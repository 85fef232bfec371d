const LAST_PRODUCTS = 10;
const POSITION_DECAY = 0.7;
const LIST_LENGTH = 20;

export type Accuracy = { hr_at_20: number; mrr_at_20: number };

/** A session so far, oldest first, and the product that came next. */
export type Continuation = { prefix: readonly string[]; target: string };

/**
 * Ranks all products for each session so far by Σ 0.7^position × cosine over its last ten distinct products, newest
 * first, and looks for the product that came next. Products of the session may be recommended again.
 */
export function accuracyOf(
  itemFactors: Float32Array,
  factors: number,
  products: ReadonlyMap<string, number>,
  continuations: readonly Continuation[],
): Accuracy {
  const units = unitVectors(itemFactors, factors);
  let [hits, reciprocals] = [0, 0];
  for (const { prefix, target } of continuations) {
    const rank = rankOf(products.get(target), scoresOf(units, factors, products, prefix));
    if (rank > LIST_LENGTH) continue;
    hits += 1;
    reciprocals += 1 / rank;
  }
  return { hr_at_20: hits / continuations.length, mrr_at_20: reciprocals / continuations.length };
}

function unitVectors(itemFactors: Float32Array, factors: number): Float32Array {
  const units = itemFactors.slice();
  for (let start = 0; start < units.length; start += factors) {
    const vector = units.subarray(start, start + factors);
    const length = Math.hypot(...vector) || 1;
    for (let factor = 0; factor < factors; factor++) vector[factor] = (vector[factor] ?? 0) / length;
  }
  return units;
}

function scoresOf(
  units: Float32Array,
  factors: number,
  products: ReadonlyMap<string, number>,
  prefix: readonly string[],
): Float32Array {
  const newest = [...new Set(prefix.toReversed())].slice(0, LAST_PRODUCTS);
  const wanted = new Float32Array(factors);
  for (const [position, product] of newest.entries()) {
    const index = products.get(product);
    if (index === undefined) continue;
    for (let factor = 0; factor < factors; factor++)
      wanted[factor] = (wanted[factor] ?? 0) + POSITION_DECAY ** position * (units[index * factors + factor] ?? 0);
  }
  const scores = new Float32Array(units.length / factors);
  for (let product = 0; product < scores.length; product++) {
    let score = 0;
    for (let factor = 0; factor < factors; factor++)
      score += (units[product * factors + factor] as number) * (wanted[factor] as number);
    scores[product] = score;
  }
  return scores;
}

/** Where the product stands in the list; equal scores count as before it. */
function rankOf(product: number | undefined, scores: Float32Array): number {
  if (product === undefined) return Number.POSITIVE_INFINITY;
  const own = scores[product] ?? 0;
  return scores.reduce((rank, score) => (score >= own ? rank + 1 : rank), 0);
}
