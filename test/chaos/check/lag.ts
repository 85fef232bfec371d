import { setTimeout as sleep } from 'node:timers/promises';
import { behind, endOffsets, withAdmin } from '../engines/topics.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Shop } from '../shop/shop.ts';

const POLL_MS = 150;

/** Waits until nothing is behind any more; gives how many records still are when the time is over. */
export async function drained(shop: Shop, timeoutMs: number): Promise<number> {
  let left = Number.POSITIVE_INFINITY;
  for (const deadline = Date.now() + timeoutMs; left > 0 && Date.now() < deadline; await sleep(POLL_MS))
    left = await lagOf(shop);
  return left;
}

async function lagOf({ brokers }: Shop, ends?: ReadonlyMap<string, number>): Promise<number> {
  const ask = withAdmin(brokers.direct, async (admin) => behind(admin, ends ?? (await endOffsets(admin))));
  return ask.catch(() => Number.POSITIVE_INFINITY);
}

/**
 * How long after a fault's end a new request is acknowledged and everything that was in the log by then is stored, in
 * milliseconds; undefined when it did not come to that in time.
 */
export async function timeToRecover(
  shop: Shop,
  ledger: Ledger,
  { healedMs, timeoutMs }: { healedMs: number; timeoutMs: number },
): Promise<number | undefined> {
  let ends: Map<string, number> | undefined;
  for (const deadline = healedMs + timeoutMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (ledger.lastAcknowledgedStart < healedMs) continue;
    ends ??= await withAdmin(shop.brokers.direct, endOffsets).catch(() => undefined);
    if (ends !== undefined && (await lagOf(shop, ends)) === 0) return Date.now() - healedMs;
  }
  return undefined;
}
