import type { EventQueue, Queued } from './event-queue.ts';

const STORE = 'events';
/** Browsers have had bugs in which opening never ends. */
const OPEN_TIMEOUT_MS = 3_000;

/** Keeps events in IndexedDB. Opens it on first use; what fails rejects, and the next use opens it anew. */
export function createIndexedQueue(name: string): EventQueue {
  let opening: Promise<IDBDatabase> | undefined;
  /** Resolves once what `work` did is durable, with what its last request gave. */
  const run = async <T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    try {
      opening ??= open(name);
      const database = await opening;
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, 'readwrite');
        const request = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = reject;
      });
    } catch (error) {
      // It may have been closed: from outside, or because somebody deletes it.
      opening = undefined;
      throw error;
    }
  };
  return {
    add: (event) => run((store) => store.put(event)),
    all: () => run((store): IDBRequest<Queued[]> => store.getAll()),
    remove: (ids) =>
      run((store) => {
        for (const id of ids) store.delete(id);
        return store.count();
      }),
  };
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    setTimeout(reject, OPEN_TIMEOUT_MS);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onerror = reject;
    request.onsuccess = () => {
      const database = request.result;
      // Who deletes or changes the database must not wait for this tab.
      database.onversionchange = () => database.close();
      resolve(database);
    };
  });
}
