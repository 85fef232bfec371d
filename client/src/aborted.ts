/** Resolves when the signal, which has not been aborted yet, is. Of those that wait for one signal, the last one hears of it. */
export const aborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    signal.onabort = resolve;
  });
