import { seededRandom } from '../../ml/seeded-random.ts';

/** A seeded source of randomness: the same seed gives the same shoppers. */
export type Random = {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  chance(probability: number): boolean;
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  uuid(): string;
};

/** One stream of numbers behind all kinds of choices. */
export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => {
    const choice = list[below(list.length)];
    if (choice === undefined) throw new Error('nothing to pick from: list is empty');
    return choice;
  };
  const hex = () =>
    below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const uuid = () => {
    const [a, b, c, d] = [hex(), hex(), hex(), hex()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  };
  return { next, chance: (probability) => next() < probability, below, pick, uuid };
}

/** Ranks from 0 to `size - 1`, the k-th drawn in proportion to 1/k (Zipf): few products get most of the looks. */
export function createZipf(random: Random, size: number): () => number {
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= size; rank++) {
    total += 1 / rank;
    cumulative.push(total);
  }
  return () => {
    const target = random.next() * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? total) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
