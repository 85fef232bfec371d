import type { EventRecord } from '../events/record.ts';
import type { Row, Statement } from './database.ts';

/** SQLSTATE of our own: the transaction holds events of people who were erased after these were received. */
export const HOLDS_ERASED_PEOPLE = 'BZ001';

/** Who an event may be of, and when it was received (ISO 8601), if that is known. */
export type Received = { userId: string | undefined; anonymousId: string | undefined; receivedAt: string | undefined };

/** Whose an event is, as the list of erased people asks. */
export function receivedOf({ stamp, event }: EventRecord): Received {
  return { userId: event.user_id, anonymousId: event.anonymous_id, receivedAt: stamp.received_at };
}

function arraysOf(events: readonly Received[]): unknown[][] {
  return [
    events.map(({ userId }) => userId ?? null),
    events.map(({ anonymousId }) => anonymousId ?? null),
    events.map(({ receivedAt }) => receivedAt ?? null),
  ];
}

/**
 * Ends the transaction with `HOLDS_ERASED_PEOPLE` where an event is an erased person's and was received before the erasure.
 * Behind the locks of the batch: who erases holds the same ones.
 */
export function refuseErased(records: readonly EventRecord[]): Statement {
  return {
    text: 'select refuse_erased($1::text[], $2::text[], $3::timestamptz[])',
    params: arraysOf(records.map(receivedOf)),
  };
}

/** Which events these are: rows of `nth`, the place from 1. An event whose receipt is not known is, whenever it came. */
export function listErased(events: readonly Received[]): Statement {
  return {
    text: 'select nth::integer from erased_events($1::text[], $2::text[], $3::timestamptz[])',
    params: arraysOf(events),
  };
}

/** Asks for the erasure of anonymous ids that these events, of erased people, link to them. */
export function eraseLateLinks(events: readonly Received[]): Statement {
  return { text: 'select erase_late_links($1::text[], $2::text[], $3::timestamptz[])', params: arraysOf(events) };
}

/** Takes a request for an erasure; the row's column `receipt` is its number. */
export function requestErasure(userId: string): Statement {
  return { text: 'select request_erasure($1) as receipt', params: [userId] };
}

/** What an erasure has removed so far: rows by table. It names nobody. Times are ISO 8601, UTC. */
export type Receipt = {
  receipt: string;
  requested_at: string;
  finished_at: string | null;
  removed: Record<string, number>;
};

/** Takes the next step of an erasure, of at most so many raw rows, and gives a row of `Receipt`. */
export function advanceErasure(receipt: string, portion: number): Statement {
  return { text: 'select * from advance_erasure($1, $2)', params: [receipt, portion] };
}

/** Rows of `advanceErasure`. */
export function toReceipt({ receipt, requested_at, finished_at, removed }: Row): Receipt {
  return {
    receipt: String(receipt),
    requested_at: (requested_at as Date).toISOString(),
    finished_at: (finished_at as Date | null)?.toISOString() ?? null,
    removed: removed as Record<string, number>,
  };
}

/** The receipts of erasures that are not done. */
export const listPendingErasures: Statement = { text: 'select receipt from pending_erasures()', params: [] };

/** Takes people off the list of the erased once nothing of them can come back. */
export const forgetOldErasures: Statement = { text: 'select forget_old_erasures()', params: [] };
