type Client = { disconnect(): Promise<void> };

/** A client that is connected on first use and thrown away, whole, whenever something on it failed. */
export type ReplaceableClient<C> = {
  /** Connects if need be and works, both within `timeoutMs`. Rejects with what failed; the next call has a new client. */
  attempt<T>(work: (client: C) => Promise<T>, timeoutMs: number): Promise<T>;
  /** Disconnects, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
};

/**
 * kafkajs never replaces a half-open socket (its issue 919): every later request on it fails. So no client is trusted
 * after a failure, and no wait is left to kafkajs.
 */
export function createReplaceableClient<C extends Client>(connect: () => Promise<C>): ReplaceableClient<C> {
  let current: Promise<C> | undefined;

  async function drop(connecting: Promise<C>): Promise<void> {
    if (current === connecting) current = undefined;
    await connecting.then((client) => client.disconnect()).catch(() => undefined);
  }

  return {
    async attempt(work, timeoutMs) {
      const connecting = current ?? connect();
      current = connecting;
      try {
        return await withinTime(connecting.then(work), timeoutMs);
      } catch (error) {
        void drop(connecting);
        throw error;
      }
    },
    async close(timeoutMs) {
      if (current !== undefined) await withinTime(drop(current), timeoutMs).catch(() => undefined);
    },
  };
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
