/** As in `implicit`: small, and positive as preferences are. */
const MAX_START = 0.01;

/**
 * Random numbers from 0 to 0.01 that depend on the seed only: the generator mulberry32 (public domain), with a period of
 * 2³² that no model of 4 GiB exceeds.
 */
export function startingFactors(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * MAX_START;
  };
}
