import { type KeyValueStorage, readObject } from './key-value.ts';

const KEY = 'bazaarstream:wait';
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A wrong key or origin is mended by a deploy, not by asking again soon. */
export const MISCONFIGURED_MS = 300_000;
/** Longer waits in storage come from a clock that was set back. */
const LONGEST_STORED_MS = 3_700_000;

/** How long to leave the server alone: shared by the tabs of a browser, and kept from page to page. */
export type Backoff = {
  /** Milliseconds still to wait. `asked` counts only what the server itself asked for. */
  waitMs(kind?: 'asked'): number;
  /**
   * Waits for what the server asked or for `ownMs`, and by full jitter: up to a bound that doubles from 1 s to 60 s. Those who
   * were told the same `Retry-After` must not come back in the same moment.
   */
  failed(askedMs?: number, ownMs?: number): void;
  succeeded(): void;
};

export function createBackoff(storage: KeyValueStorage): Backoff {
  const read = () => {
    const { until, tries, asked } = readObject(storage, KEY);
    const left = Number(until) - Date.now();
    return left < LONGEST_STORED_MS ? { left, tries: Number(tries) || 0, asked } : { left: 0, tries: 0 };
  };
  return {
    waitMs(kind) {
      const { left, asked } = read();
      return kind !== undefined && !asked ? 0 : Math.max(0, left);
    },
    failed(askedMs, ownMs = 0) {
      const { tries } = read();
      const jitter = Math.random() * Math.min(FIRST_MS * 2 ** tries, LONGEST_MS);
      const until = Date.now() + (askedMs ?? ownMs) + jitter;
      storage.set(KEY, JSON.stringify({ until, tries: tries + 1, asked: askedMs !== undefined }));
    },
    succeeded: () => void storage.delete(KEY),
  };
}
