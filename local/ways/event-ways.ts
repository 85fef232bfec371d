import type { EventRecord } from '../../events/record.ts';
import { topicOf } from '../../events/topics.ts';
import type { InvocationReport } from './channel.ts';
import type { FindRows, StoredRow } from './stored-rows.ts';
import { beginWay, type TracedWay, type Way } from './way.ts';

type Watcher = { visitor: string; listener: (way: Way) => void };

/** Events followed at a time; the oldest are forgotten first. */
const MAX_WAYS = 200;
/** Of what others do, so many milliseconds lie between two events that are shown. */
const SAMPLE_EVERY_MS = 2_000;
/** The row stands when the function returns; where a reply was lost, it comes with the next try. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 300;

/**
 * Follows the events of those who watch, and once in a while somebody else's, from the request to the row. What pages send
 * is kept in any case: after a restart, a page may send what waited before it watches again.
 */
export class EventWays {
  readonly #ways = new Map<string, TracedWay>();
  readonly #watchers = new Set<Watcher>();
  readonly #findRows: FindRows;
  readonly #onStored: () => void;
  #sampledMs = 0;

  /** `onStored` is told when a row of a followed event was seen in the database. */
  constructor(findRows: FindRows, onStored: () => void = () => undefined) {
    this.#findRows = findRows;
    this.#onStored = onStored;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Tells of the visitor's events at each step, and of samples, until the function that it returns is called. */
  watch(visitor: string, listener: (way: Way) => void): () => void {
    const watcher = { visitor, listener };
    this.#watchers.add(watcher);
    for (const { way, visitors } of this.#ways.values()) if (visitors.includes(visitor)) listener(way);
    return () => void this.#watchers.delete(watcher);
  }

  /** The events have passed validation. Times are milliseconds since 1970. */
  validated(records: readonly EventRecord[], receivedMs: number, validatedMs: number): void {
    for (const record of records) {
      if (!this.isWatched && record.stamp.trusted) continue;
      const { user_id, anonymous_id } = record.event;
      const visitors = [user_id, anonymous_id].filter((id) => id !== undefined);
      const isKept = !this.isWatched || [...this.#watchers].some(({ visitor }) => visitors.includes(visitor));
      if (isKept || this.#takeSample()) this.#keep(beginWay(record, visitors, !isKept, receivedMs, validatedMs));
    }
  }

  /** The log has the events, or does not say so. */
  acknowledged(records: readonly EventRecord[], atMs: number, hasFailed: boolean): void {
    for (const { event } of records) {
      const traced = this.#ways.get(event.event_id);
      if (traced === undefined) continue;
      const acknowledged = { topic: topicOf(event.type), acknowledged_ms: atMs - traced.way.received_ms };
      this.#step(traced, hasFailed ? { failure: 'the log did not acknowledge' } : acknowledged);
    }
  }

  /** A function has ended, with these events in its batch. */
  invoked({ functionName, startedMs, endedMs, hasFailed, size, places }: InvocationReport): void {
    const stored: TracedWay[] = [];
    for (const { event_id, ...place } of places) {
      const traced = this.#ways.get(event_id);
      if (traced === undefined) continue;
      const at = traced.way.received_ms;
      const times = { from_ms: startedMs - at, to_ms: endedMs - at };
      this.#step(traced, { place, function: { name: functionName, size, ...times, has_failed: hasFailed } });
      if (!hasFailed) stored.push(traced);
    }
    if (stored.length > 0) void this.#seeRows(stored, LOOKS);
  }

  #takeSample(): boolean {
    if (Date.now() - this.#sampledMs < SAMPLE_EVERY_MS) return false;
    this.#sampledMs = Date.now();
    return true;
  }

  #keep(traced: TracedWay): void {
    this.#ways.set(traced.way.event_id, traced);
    const [oldest] = this.#ways.keys();
    if (this.#ways.size > MAX_WAYS && oldest !== undefined) this.#ways.delete(oldest);
    this.#step(traced, {});
  }

  #step({ way, visitors }: TracedWay, step: Partial<Way>): void {
    Object.assign(way, step);
    for (const { visitor, listener } of this.#watchers) if (way.is_sample || visitors.includes(visitor)) listener(way);
  }

  async #seeRows(traced: readonly TracedWay[], looks: number): Promise<void> {
    const rows = await this.#findRows(traced.map(({ record }) => record)).catch(() => new Map<string, StoredRow>());
    const seenMs = Date.now();
    for (const each of traced) {
      const row = rows.get(each.way.event_id);
      if (row !== undefined) this.#step(each, { row: { ...row, seen_ms: seenMs - each.way.received_ms } });
    }
    if (rows.size > 0) this.#onStored();
    const missing = traced.filter(({ way }) => way.row === undefined);
    if (missing.length === 0 || looks <= 1) return;
    setTimeout(() => void this.#seeRows(missing, looks - 1), LOOK_AGAIN_MS).unref();
  }
}
