import { seededRandom } from '../seeded-random.ts';

/** A random whole number from 0 up to, not including, the limit. */
export type RandomBelow = (limit: number) => number;

/** The same seed gives the same numbers. */
export function randomBelow(seed: number): RandomBelow {
  const next = seededRandom(seed);
  return (limit) => Math.floor(next() * limit);
}

/** Orders anew, every order as likely as any other (Fisher and Yates). */
export function shuffle(numbers: Uint32Array, below: RandomBelow): void {
  for (let last = numbers.length - 1; last > 0; last--) {
    const other = below(last + 1);
    const moved = numbers[last] as number;
    numbers[last] = numbers[other] as number;
    numbers[other] = moved;
  }
}
