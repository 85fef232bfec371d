import type { FailedBatchStore } from '../../../lambdas/replay-failed-batches/replay.ts';

/** A store in memory; the objects are given oldest first. */
export function memoryStore(
  objects: Iterable<readonly [key: string, text: string]>,
): FailedBatchStore & { keys(): string[] } {
  const texts = new Map(objects);
  return {
    keys: () => [...texts.keys()],
    list: async () => [...texts.keys()],
    read: async (key) => texts.get(key),
    remove: async (key) => {
      texts.delete(key);
    },
  };
}
