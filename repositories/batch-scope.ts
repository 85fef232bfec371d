import type { EventRecord } from '../events/record.ts';

/** Whom and what a batch of events concerns: what its transaction locks, and what it brings up to date afterwards. */
export type BatchScope = {
  anonymousIds: string[];
  userIds: string[];
  /** Orders that a purchase or a trusted refund names; an untrusted refund concerns no order. */
  orderIds: string[];
  /** The keys of the events, one array a column. */
  keys: { source: string[]; event_id: string[]; occurred_at: string[] };
  /** Events that carry both ids. */
  links: boolean;
};

/** Collects the scope of a batch, each id once. */
export function batchScope(records: readonly EventRecord[]): BatchScope {
  const events = records.map(({ event }) => event);
  return {
    anonymousIds: distinct(events.map((event) => event.anonymous_id)),
    userIds: distinct(events.map((event) => event.user_id)),
    orderIds: distinct(records.map(orderIdOf)),
    keys: {
      source: records.map(({ stamp }) => stamp.source),
      event_id: events.map((event) => event.event_id),
      occurred_at: events.map((event) => event.occurred_at),
    },
    links: events.some((event) => event.user_id !== undefined && event.anonymous_id !== undefined),
  };
}

function orderIdOf({ stamp, event }: EventRecord): string | undefined {
  if (event.type === 'purchase') return event.order_id;
  return event.type === 'refund' && stamp.trusted ? event.order_id : undefined;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value) => value !== undefined);
}
