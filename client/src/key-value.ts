/** Where a visitor's ids and, in need, events are kept; a `Map` is one. */
export type KeyValueStorage = {
  get(key: string): string | undefined;
  set(key: string, value: string): unknown;
  delete(key: string): unknown;
  keys(): Iterable<string>;
};

/** `localStorage`, and memory for what it does not take: it may be full, forbidden, or missing. */
export function openWebStorage(): KeyValueStorage {
  const memory = new Map<string, string>();
  const attempt = <T>(work: (storage: Storage) => T): T | undefined => {
    try {
      return work(localStorage);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)) ?? undefined,
    set(key, value) {
      memory.delete(key);
      const isKept = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      });
      if (!isKept) memory.set(key, value);
    },
    delete(key) {
      memory.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys: () => [...memory.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])],
  };
}

/** The value under a key as an object; an empty one for what is missing or damaged: anybody can write there. */
export function readObject(storage: KeyValueStorage, key: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(storage.get(key) ?? '') };
  } catch {
    return {};
  }
}
