import { seededRandom } from '../seeded-random.ts';

/** As in `implicit`: small, and positive as preferences are. */
const MAX_START = 0.01;

/** Random numbers from 0 to 0.01 that depend on the seed only; no model of 4 GiB exceeds the period of 2³². */
export function startingFactors(seed: number): () => number {
  const next = seededRandom(seed);
  return () => next() * MAX_START;
}
