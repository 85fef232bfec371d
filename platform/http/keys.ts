import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { type KeyCarrier, requestKey } from './request-key.ts';

/** Publishable (sits in a web page), secret (a server's), administrative (erase and export). */
export const keyClasses = ['pk', 'sk', 'ak'] as const;
export type KeyClass = (typeof keyClasses)[number];

/** A key as it is stored: its digest, never itself. Two entries for one source let a key be rotated without downtime. */
export const keyEntrySchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  class: z.enum(keyClasses),
  source: z.string().min(1).max(200),
  /** The origins whose pages may use a publishable key. */
  origins: z.array(z.string()).default([]),
});
export type KeyEntry = z.input<typeof keyEntrySchema>;

/** Who calls: what the key says, and nothing that the client says. */
export type Caller = { keyClass: KeyClass | 'none'; keyId: string; source: string; origins: readonly string[] };

export type Keyring = { find(key: string | undefined): Caller };

/** Who calls without a key that is known. */
export const NOBODY: Caller = { keyClass: 'none', keyId: '', source: '', origins: [] };

/** SHA-256 suffices for keys: they are random, so that there is nothing to guess. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** What is shown of a key, in logs and to people: the first of its digest. */
export function keyIdOf(hash: string): string {
  return hash.slice(0, 12);
}

/** Turns keys into callers. Every entry is compared, in constant time, so that the answer's time says nothing. */
export function createKeyring(entries: readonly KeyEntry[]): Keyring {
  const known = entries.map((entry) => {
    const { hash, class: keyClass, source, origins } = keyEntrySchema.parse(entry);
    return { digest: Buffer.from(hash, 'hex'), caller: { keyClass, keyId: keyIdOf(hash), source, origins } };
  });
  return {
    find(key) {
      if (key === undefined) return NOBODY;
      const digest = Buffer.from(hashKey(key), 'hex');
      return known.reduce<Caller>(
        (found, entry) => (timingSafeEqual(entry.digest, digest) ? entry.caller : found),
        NOBODY,
      );
    },
  };
}

/** Who sends this request. */
export function authorize(keyring: Keyring, request: KeyCarrier): Caller {
  return keyring.find(requestKey(request));
}
