/** Gives every listener each new value. The first listener starts the polling, the last one to leave stops it. */
export type Broadcast<T> = { subscribe(listener: (value: T) => void): () => void };

/**
 * Polls at most once per `everyMs`, however many listen, and never twice at a time. A newcomer is given the last value
 * at once. A poll that fails is left out; the next one tells.
 */
export function createBroadcast<T>(poll: () => Promise<T>, everyMs: number): Broadcast<T> {
  const listeners = new Set<(value: T) => void>();
  let timer: NodeJS.Timeout | undefined;
  let isPolling = false;
  let last: { value: T } | undefined;

  const tick = async () => {
    if (isPolling) return;
    isPolling = true;
    try {
      last = { value: await poll() };
      for (const listener of listeners) listener(last.value);
    } catch {
      last = undefined;
    } finally {
      isPolling = false;
    }
  };

  const leave = (listener: (value: T) => void) => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    last = undefined;
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (last !== undefined) listener(last.value);
      if (timer === undefined) {
        timer = setInterval(() => void tick(), everyMs);
        void tick();
      }
      return () => leave(listener);
    },
  };
}
