import type { EventRecord } from '../../events/record.ts';
import { clockSkewMs } from '../../events/record.ts';

/** A person as the aggregates name one. */
export type Person = { user_id: string; is_anonymous: boolean };

export function eventAt({ stamp, event }: EventRecord): number {
  return Date.parse(event.occurred_at) + clockSkewMs(stamp);
}

/** Compares by the parts of two keys, the first difference deciding. */
export function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** The earliest statement that an anonymous id is a user's. */
export function linksOf(records: readonly EventRecord[]): Map<string, EventRecord> {
  const links = new Map<string, EventRecord>();
  const key = (record: EventRecord) => [eventAt(record), record.event.event_id, record.stamp.source];
  for (const record of records) {
    const { user_id, anonymous_id } = record.event;
    if (user_id === undefined || anonymous_id === undefined) continue;
    const known = links.get(anonymous_id);
    if (known === undefined || compareKeys(key(record), key(known)) < 0) links.set(anonymous_id, record);
  }
  return links;
}

/** An event of nobody: it counts for its product and its order alone. */
export const isNameless = ({ event }: EventRecord) => event.user_id === undefined && event.anonymous_id === undefined;

/** Whose event it is once all links are known. */
export function personOf({ event }: EventRecord, links: ReadonlyMap<string, EventRecord>): Person {
  if (event.user_id !== undefined) return { user_id: event.user_id, is_anonymous: false };
  const anonymous = event.anonymous_id ?? '';
  const user = links.get(anonymous)?.event.user_id;
  return { user_id: user ?? anonymous, is_anonymous: user === undefined };
}
