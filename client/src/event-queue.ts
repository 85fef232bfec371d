import type { KeyValueStorage } from './key-value.ts';

/** An event that waits: its id, whose order is that of time, and its JSON. */
export type Queued = { id: string; json: string };

/** Events that wait to be sent, of all tabs. Adding one again changes nothing, nor does removing one that is gone. */
export type EventQueue = {
  add(event: Queued): Promise<unknown>;
  /** In any order. */
  all(): Promise<Queued[]>;
  remove(ids: readonly string[]): Promise<unknown>;
};

/** Keeps each event under a key of its own, so that tabs never overwrite each other's. Its effects are immediate. */
export function createKeyValueQueue(storage: KeyValueStorage, prefix: string): EventQueue {
  return {
    add: async ({ id, json }) => storage.set(prefix + id, json),
    all: async () =>
      [...storage.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({ id: key.slice(prefix.length), json: storage.get(key) ?? '' })),
    async remove(ids) {
      for (const id of ids) storage.delete(prefix + id);
    },
  };
}

/** Keeps events in `first`, and in `second` what `first` fails to take. Never rejects as long as `second` does not. */
export function createFallbackQueue(first: EventQueue, second: EventQueue): EventQueue {
  return {
    add: (event) => first.add(event).catch(() => second.add(event)),
    async all() {
      const found = await Promise.all([second.all(), first.all().catch(() => [])]);
      return [...new Map(found.flat().map((event) => [event.id, event])).values()];
    },
    remove: (ids) => Promise.allSettled([second.remove(ids), first.remove(ids)]),
  };
}
