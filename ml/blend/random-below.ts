/** A random whole number from 0 up to, not including, the limit. */
export type RandomBelow = (limit: number) => number;

/**
 * The same seed gives the same numbers: a linear congruential generator modulo 2³² (Press et al., "Numerical Recipes", 1992,
 * section 7.1), of which the high bits are used.
 */
export function randomBelow(seed: number): RandomBelow {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
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
