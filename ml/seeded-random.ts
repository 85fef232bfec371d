/**
 * Numbers from 0 (included) to 1 (excluded); the same seed gives the same ones. The generator mulberry32 (public domain): 32 bits
 * of state and a period of 2³², plenty for samples and starting values, unfit for secrets.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
