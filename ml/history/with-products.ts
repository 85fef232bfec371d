import type { History } from './history.ts';

/** The same history in which further products have numbers too, though nobody touched them. */
export function withProducts(history: History, ids: Iterable<string>): History {
  const productIds = [...new Set([...history.productIds, ...ids])].sort();
  const numbers = new Map(productIds.map((id, number) => [id, number]));
  const renumbered = history.productIds.map((id) => numbers.get(id) as number);
  return { ...history, productIds, products: history.products.map((product) => renumbered[product] as number) };
}
