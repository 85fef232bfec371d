export type Pace = {
  /** From the end of one poll to the next, in milliseconds. */
  everyMs: number;
  /** The same after `hurry`. */
  hurriedMs: number;
};

/** Of its time, a slow database gives at most a fifth to the page; one that is back is not kept waiting for long. */
const PAUSES_PER_POLL = 4;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Polls once for all listeners and gives each of them each new value. The first listener starts the polling, the last one
 * to leave stops it. One poll at a time, however many listen and however often they are in a hurry. A newcomer is given
 * the last value at once. A poll that fails is left out; the next one tells.
 */
export class Broadcast<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #poll: () => Promise<T>;
  readonly #pace: Pace;
  #timer: NodeJS.Timeout | undefined;
  #endedMs = 0;
  #tookMs = 0;
  #isPolling = false;
  #isHurried = false;
  #last: { value: T } | undefined;

  constructor(poll: () => Promise<T>, pace: Pace) {
    this.#poll = poll;
    this.#pace = pace;
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    if (this.#last !== undefined) listener(this.#last.value);
    if (this.#listeners.size === 1 && !this.#isPolling) this.#wait(0);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#last = undefined;
    };
  }

  /** There is something new: polls soon, if anybody listens. */
  hurry(): void {
    this.#isHurried = true;
    if (this.#listeners.size > 0 && !this.#isPolling) this.#wait(this.#pace.hurriedMs);
  }

  #wait(pauseMs: number): void {
    clearTimeout(this.#timer);
    const due = this.#endedMs + Math.max(pauseMs, Math.min(this.#tookMs * PAUSES_PER_POLL, LONGEST_PAUSE_MS));
    this.#timer = setTimeout(() => void this.#turn(), Math.max(0, due - Date.now()));
  }

  async #turn(): Promise<void> {
    this.#isPolling = true;
    this.#isHurried = false;
    const startedMs = Date.now();
    const polled = await this.#poll().then(
      (value) => ({ value }),
      () => undefined,
    );
    this.#isPolling = false;
    this.#endedMs = Date.now();
    this.#tookMs = this.#endedMs - startedMs;
    if (this.#listeners.size === 0) return;
    this.#last = polled;
    this.#wait(this.#isHurried ? this.#pace.hurriedMs : this.#pace.everyMs);
    if (polled !== undefined) for (const listener of this.#listeners) listener(polled.value);
  }
}
