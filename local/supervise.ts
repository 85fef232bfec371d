import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../platform/errors.ts';

/** Something that runs until it is stopped, or ends by itself. Without `exited`, somebody else looks after it. */
export type Running = { exited?: Promise<void>; stop(): Promise<void> };

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
/** Who ran this long was healthy: its next death is a new one, not a series. */
const HEALTHY_AFTER_MS = 30_000;

/**
 * Starts something and, whenever it ends by itself, starts it again, with growing pauses while that fails. The first
 * start must succeed: its error is thrown. `stop` ends it for good, also in the middle of a restart.
 */
export async function supervise<T extends Running>(options: {
  name: string;
  start: () => Promise<T>;
  log: (message: string) => void;
}): Promise<{ first: T; stop(): Promise<void> }> {
  const stopping = new AbortController();
  const first = await options.start();
  let current: T | undefined = first;
  const watching = watch(first, stopping.signal, options, (next) => {
    current = next;
  });
  return {
    first,
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await watching;
    },
  };
}

async function watch<T extends Running>(
  first: T,
  signal: AbortSignal,
  { name, start, log }: { name: string; start: () => Promise<T>; log: (message: string) => void },
  onChange: (running: T | undefined) => void,
): Promise<void> {
  let running: T | undefined = first;
  for (let backoffMs = FIRST_BACKOFF_MS; running?.exited !== undefined || running === undefined; ) {
    const since = Date.now();
    await running?.exited;
    if (signal.aborted) return;
    backoffMs = Date.now() - since > HEALTHY_AFTER_MS ? FIRST_BACKOFF_MS : Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    log(`${name} ended; starting it again in ${backoffMs} ms`);
    onChange(undefined);
    await sleep(backoffMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    running = await start().catch((error: unknown) => {
      log(`${name} did not start: ${messageOf(error)}`);
      return undefined;
    });
    if (running !== undefined && signal.aborted) await running.stop();
    onChange(running);
  }
}
