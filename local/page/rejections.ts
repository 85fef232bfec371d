import type { Rejection } from '../ways/observed-ingestion.ts';
import type { TimedRejection } from './live-stream.ts';

const MAX_KEPT = 8;

/** The newest verdicts on events that were not accepted, the newest first, for everybody who listens. */
export function createRejectionFeed() {
  const listeners = new Set<(rejections: readonly TimedRejection[]) => void>();
  let newest: readonly TimedRejection[] = [];
  return {
    add(rejections: readonly Rejection[]): void {
      const at = Date.now();
      newest = [...rejections.slice(0, MAX_KEPT).map((each) => ({ ...each, at })), ...newest].slice(0, MAX_KEPT);
      for (const listener of listeners) listener(newest);
    },
    subscribe(listener: (rejections: readonly TimedRejection[]) => void): () => void {
      listeners.add(listener);
      listener(newest);
      return () => void listeners.delete(listener);
    },
  };
}
export type RejectionFeed = ReturnType<typeof createRejectionFeed>;
