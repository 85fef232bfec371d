import type { Session } from '../../repositories/neon-database.ts';

/**
 * Works through the items on several sessions at once, each taking the next one as soon as it is free. Stops at the first
 * error, or when the signal is given, and throws it once no session works any more.
 */
export async function shareOut<T>(
  items: readonly T[],
  sessions: readonly Session[],
  work: (session: Session, item: T, index: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const queue = items.entries();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const workers = sessions.map(async (session) => {
    for (const [index, item] of queue) {
      either.throwIfAborted();
      await work(session, item, index);
    }
  });
  for (const worker of workers) worker.catch((error: unknown) => stop.abort(error));
  await Promise.allSettled(workers);
  either.throwIfAborted();
}
