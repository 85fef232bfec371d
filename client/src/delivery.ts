import { aborted } from './aborted.ts';
import type { Backoff } from './backoff.ts';
import type { DropCode, EventVerdict } from './event-fields.ts';
import type { EventQueue, Queued } from './event-queue.ts';
import { type BatchLimits, byteLength, firstBatch, KEEPALIVE_BYTES } from './first-batch.ts';
import type { KeyValueStorage } from './key-value.ts';
import { asOnlySender } from './one-sender.ts';
import { batchBody, type Outcome, postEvents, type Refusal } from './post-events.ts';
import type { Server } from './server.ts';
import { FLUSH_TIMEOUT_MS, GATHER_MS, MISCONFIGURED_MS } from './waits.ts';

export type DeliveryPorts = {
  server: Server;
  storage: KeyValueStorage;
  queue: EventQueue;
  /** Keeps an event in this very moment, when the page may be gone in the next. */
  spill: (event: Queued) => void;
  backoff: Backoff;
  limits: BatchLimits;
  mayTrack: () => boolean;
  report: (verdict: EventVerdict) => void;
};

/** Brings events to the server, once each, through whatever happens to network, page and server. */
export class Delivery {
  readonly #ports: DeliveryPorts;
  /** Events of this page that no answer has come for. The queue has them too, or will in a moment. */
  readonly unsent = new Map<string, Queued>();
  /** Events of which an answer is awaited, or has come: a queue that cannot be written must not send them for ever. */
  readonly #inFlight = new Set<string>();
  #keepaliveBytes = 0;
  #lastSentAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #draining = Promise.resolve();
  /** Aborted when the page is left; it may come back. */
  #stay = new AbortController();
  #isClosed = false;

  constructor(ports: DeliveryPorts) {
    this.#ports = ports;
  }

  /** Takes an event and sees to it from now on. */
  add(event: Queued): void {
    const { queue, limits } = this.#ports;
    if (this.#isClosed) return void this.drop(event.id, 'closed', 'is closed');
    if (firstBatch([event], limits).length === 0)
      return void this.drop(event.id, 'too_large', `allowed: ${limits.maxBytes} bytes`);
    this.unsent.set(event.id, event);
    void queue.add(event);
    if (this.unsent.size > limits.maxQueued) this.#dropOldest(this.unsent.keys());
    this.wake(
      this.unsent.size > limits.maxEvents ? 0 : Math.max(GATHER_MS, this.#lastSentAt + limits.maxWaitMs - Date.now()),
    );
  }

  /** Says that an event will not be sent. */
  drop(event_id: string, code: DropCode, message: string): void {
    this.unsent.delete(event_id);
    this.#ports.report({ event_id, status: 'dropped', code, message });
  }

  /** Sends after `ms`, or later if the server is to be left alone; who waits already need not wait longer. */
  wake(ms = 0): void {
    if (this.#isClosed || (ms > 0 && this.#timer !== undefined)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        void this.#drain();
      },
      Math.max(ms, this.#ports.backoff.waitMs()),
    );
  }

  /** What failed for want of a network is tried at once. */
  online(): void {
    const { backoff } = this.#ports;
    if (backoff.waitMs('asked') === 0) backoff.succeeded();
    this.wake();
  }

  /** Tries now, unless the server asked for peace; within 20 s. */
  async flush(): Promise<void> {
    await Promise.race([aborted(AbortSignal.timeout(FLUSH_TIMEOUT_MS)), this.#drain('asked')]);
  }

  /** The page may be gone in a moment: what waits is kept, what fits is sent, and the next tab may send. */
  leave(): void {
    const { spill, backoff, limits, mayTrack } = this.#ports;
    this.#stay.abort();
    this.#stay = new AbortController();
    if (!mayTrack()) return;
    let waiting = [...this.unsent.values()].filter(({ id }) => !this.#inFlight.has(id));
    waiting.forEach(spill);
    while (backoff.waitMs('asked') === 0) {
      const room = Math.min(limits.maxBytes, KEEPALIVE_BYTES - this.#keepaliveBytes);
      const batch = firstBatch(waiting, { ...limits, maxBytes: room });
      if (batch.length === 0) return;
      void this.#send(batch);
      waiting = waiting.slice(batch.length);
    }
  }

  /** Forgets what waits. */
  async forget(): Promise<void> {
    this.#dropAll('no_consent', 'no consent');
    const { queue, backoff } = this.#ports;
    backoff.succeeded();
    await queue.remove(idsOf(await queue.all()));
  }

  /** Sends what can be sent, and stops. */
  async close(isLost: boolean): Promise<void> {
    await this.flush();
    this.stop(isLost);
  }

  /** What is left waits in storage, unless `isLost`, because that ends with this process. */
  stop(isLost: boolean): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (isLost) this.#dropAll('closed', 'is closed');
  }

  #dropAll(code: DropCode, message: string): void {
    for (const id of this.unsent.keys()) this.drop(id, code, message);
  }

  #dropOldest(ids: Iterable<string>): void {
    const { queue, limits } = this.#ports;
    const excess = [...ids].slice(0, -limits.maxQueued);
    for (const id of excess) this.drop(id, 'queue_full', `allowed: ${limits.maxQueued} events`);
    if (excess.length > 0) void queue.remove(excess);
  }

  /** One after the other. `asked` tries even when the last failure was a moment ago. */
  #drain(kind?: 'asked'): Promise<void> {
    const { signal } = this.#stay;
    this.#draining = this.#draining.then(async () => {
      if (this.#ports.mayTrack()) await asOnlySender(this.#ports.storage, () => this.#sendAll(kind), signal);
    });
    return this.#draining;
  }

  async #sendAll(kind?: 'asked'): Promise<void> {
    const { queue, limits, mayTrack, backoff } = this.#ports;
    while (mayTrack()) {
      const mine = [...this.unsent.keys(), ...this.#inFlight];
      const stored = (await queue.all()).sort((a, b) => (a.id < b.id ? -1 : 1));
      const ids = new Set(idsOf(stored));
      // What is not in the queue any more was sent, here or by another tab.
      for (const id of mine.filter((id) => !ids.has(id))) {
        this.unsent.delete(id);
        this.#inFlight.delete(id);
      }
      this.#dropOldest(ids);
      const waiting = stored.slice(-limits.maxQueued).filter(({ id }) => !this.#inFlight.has(id));
      // Consent may have gone in the meantime.
      if (waiting.length === 0 || !mayTrack()) return;
      // One that is too large for our limits is for the server to judge.
      const batch = waiting.slice(0, firstBatch(waiting, limits).length || 1);
      if (backoff.waitMs(kind) > 0 || !(await this.#send(batch))) return this.wake();
    }
  }

  /** True when the next batch may follow. */
  async #send(batch: readonly Queued[]): Promise<boolean> {
    const body = batchBody(batch);
    const bytes = byteLength(body);
    const keptBytes = this.#keepaliveBytes + bytes > KEEPALIVE_BYTES ? 0 : bytes;
    this.#keepaliveBytes += keptBytes;
    for (const { id } of batch) this.#inFlight.add(id);
    this.#lastSentAt = Date.now();
    const outcome = await postEvents(this.#ports.server, body, keptBytes > 0);
    this.#keepaliveBytes -= keptBytes;
    const goesOn = this.#ports.mayTrack() && (await this.#settle(batch, outcome));
    if (!goesOn) for (const { id } of batch) this.#inFlight.delete(id);
    return goesOn;
  }

  async #settle(batch: readonly Queued[], { kind, refusal, refusalOf, retryAfterMs }: Outcome): Promise<boolean> {
    const { backoff } = this.#ports;
    if (kind === 'later' || kind === 'refused') {
      if (refusal !== undefined) console.error('bazaarstream: events wait,', refusal.message);
      backoff.failed(retryAfterMs, refusal && MISCONFIGURED_MS);
      return false;
    }
    const middle = batch.length >> 1;
    if (kind === 'halve' && middle > 0)
      return (await this.#send(batch.slice(0, middle))) && this.#send(batch.slice(middle));
    backoff.succeeded();
    await this.#judge(batch, refusalOf ?? (() => refusal));
    return true;
  }

  async #judge(batch: readonly Queued[], refusalOf: (index: number) => Refusal | undefined): Promise<void> {
    const ids = idsOf(batch);
    for (const id of ids) this.unsent.delete(id);
    await this.#ports.queue.remove(ids);
    ids.forEach((event_id, index) => {
      const refusal = refusalOf(index);
      this.#ports.report(
        refusal === undefined ? { event_id, status: 'accepted' } : { ...refusal, event_id, status: 'rejected' },
      );
    });
  }
}

const idsOf = (events: readonly Queued[]) => events.map(({ id }) => id);
