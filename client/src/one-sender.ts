import { aborted } from './aborted.ts';
import { randomId } from './event-id.ts';
import { type KeyValueStorage, readObject } from './key-value.ts';
import { isPage } from './page-context.ts';
import { LEASE_MS, SETTLE_MS } from './waits.ts';

const NAME = 'bazaarstream:sender';

/**
 * Does `work` when no other tab of this browser does it, waiting for its turn. Where Web Locks are missing (plain HTTP), by a
 * lease in storage, which can in rare cases be held twice; the server counts no event twice. When the page is `left`, the next
 * tab goes on before `work` is done, and work whose turn has not come is not done: a page that is put away must neither hold
 * a lock nor wait for one.
 */
export async function asOnlySender(
  storage: KeyValueStorage,
  work: () => Promise<void>,
  left: AbortSignal,
): Promise<void> {
  if (!isPage()) await work();
  else if (navigator.locks)
    await navigator.locks
      .request(NAME, { signal: left }, () => Promise.race([work(), aborted(left)]))
      // Pages without an origin of their own may not lock, and share nothing with another tab.
      .catch(() => (left.aborted ? undefined : work()));
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
