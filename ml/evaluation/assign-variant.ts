import { createHash } from 'node:crypto';
import { BazaarError } from '../../platform/errors.ts';

export type Share = { variant: string; share: number };

/** Six bytes of the hash: as many as a number holds exactly. */
const HASH_BYTES = 6;

/**
 * The variant of a person in an experiment: SHA-256 of the experiment's name and the user id, as a fraction from 0 to 1, falls
 * into one of the shares laid end to end. So a person always gets the same one, another experiment mixes people anew, and a
 * greater share of the first variant moves nobody out of it.
 *
 * @param shares in proportion to each other; they need not add up to 1.
 */
export function assignVariant(experiment: string, userId: string, shares: readonly Share[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([experiment, userId]))
    .digest();
  const fraction = digest.readUIntBE(0, HASH_BYTES) / 2 ** (8 * HASH_BYTES);
  let left = fraction * shares.reduce((sum, { share }) => sum + share, 0);
  for (const { variant, share } of shares) {
    left -= share;
    if (left < 0) return variant;
  }
  throw new BazaarError('usage', 'an experiment needs at least one variant with a share above 0');
}
