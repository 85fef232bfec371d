import { type KeyValueStorage, readObject } from './key-value.ts';
import { FIRST_WAIT_MS, LONGEST_STORED_MS, LONGEST_WAIT_MS } from './waits.ts';

const KEY = 'bazaarstream:wait';

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
      const jitter = Math.random() * Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
      const until = Date.now() + (askedMs ?? ownMs) + jitter;
      storage.set(KEY, JSON.stringify({ until, tries: tries + 1, asked: askedMs !== undefined }));
    },
    succeeded: () => void storage.delete(KEY),
  };
}
