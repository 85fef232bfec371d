import { randomId } from './event-id.ts';
import { type KeyValueStorage, readObject } from './key-value.ts';
import { isPage } from './page-context.ts';

const NAME = 'bazaarstream:sender';
/** Longer than a request may take. */
const LEASE_MS = 20_000;
/** Time for another tab, which saw the same free lease, to overwrite it; and until the next look at one that is taken. */
const SETTLE_MS = 300;

/**
 * Does `work` when no other tab of this browser does it, waiting for its turn. Where Web Locks are missing (plain HTTP), by a
 * lease in storage, which can in rare cases be held twice; the server counts no event twice. `released` lets the next tab go
 * on before `work` is done: a page that is put away must hold no lock.
 */
export async function asOnlySender(
  storage: KeyValueStorage,
  work: () => Promise<void>,
  released: Promise<void>,
): Promise<void> {
  if (!isPage()) await work();
  else if (navigator.locks)
    await navigator.locks
      .request(NAME, () => Promise.race([work(), released]))
      // Pages without an origin of their own may not lock, and share nothing with another tab.
      .catch(work);
  else await underLease(storage, work);
}

async function underLease(storage: KeyValueStorage, work: () => Promise<void>): Promise<void> {
  const me = randomId();
  for (let lease = readObject(storage, NAME); lease.owner !== me; lease = readObject(storage, NAME)) {
    const left = Number(lease.until) - Date.now();
    if (!(left > 0 && left <= LEASE_MS)) storage.set(NAME, JSON.stringify({ owner: me, until: Date.now() + LEASE_MS }));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  await work();
  storage.delete(NAME);
}
