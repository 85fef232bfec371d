import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { BazaarError } from '../errors.ts';
import { hashKey, type KeyClass, keyEntrySchema, keyIdOf } from './keys.ts';
import { isOrigin, ORIGIN_RULE } from './origin.ts';

/** A key as the secret of the API keys holds it. */
export type StoredKey = z.output<typeof keyEntrySchema>;

/** The one in use and the one that replaces it. */
const MAX_KEYS_OF_A_SOURCE = 2;
const KEY_BYTES = 24;

/**
 * Makes a key and adds its digest; the key itself is given back once and stored nowhere.
 *
 * @throws BazaarError (`usage`) when the source has two keys of this class, and for an origin that no browser sends.
 */
export function addKey(
  entries: readonly StoredKey[],
  { keyClass, source, origins }: { keyClass: KeyClass; source: string; origins: readonly string[] },
): { key: string; entries: StoredKey[] } {
  const same = entries.filter((entry) => entry.class === keyClass && entry.source === source);
  if (same.length >= MAX_KEYS_OF_A_SOURCE)
    throw new BazaarError(
      'usage',
      `${source} has ${same.length} ${keyClass}_ keys (${same.map(({ hash }) => keyIdOf(hash)).join(', ')}); allowed: ${MAX_KEYS_OF_A_SOURCE}; remove one first`,
    );
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) throw new BazaarError('usage', `origin is ${wrong}; it ${ORIGIN_RULE}`);
  const key = `${keyClass}_${randomBytes(KEY_BYTES).toString('base64url')}`;
  const entry = keyEntrySchema.parse({ hash: hashKey(key), class: keyClass, source, origins: [...origins] });
  return { key, entries: [...entries, entry] };
}

/** Takes a key out by its id. @throws BazaarError (`usage`) when there is none. */
export function removeKey(entries: readonly StoredKey[], id: string): StoredKey[] {
  const left = entries.filter((entry) => keyIdOf(entry.hash) !== id);
  if (left.length < entries.length) return left;
  throw new BazaarError(
    'usage',
    `there is no key ${id}; known: ${entries.map(({ hash }) => keyIdOf(hash)).join(', ') || 'none'}`,
  );
}
