import * as z from 'zod';
import { type EventType, eventSchema, type ShopEvent } from './event.ts';
import * as fields from './fields.ts';
import { FIRST_YEAR, MAX_FUTURE_SECONDS } from './limits.ts';
import { parseNameless } from './nameless.ts';

/**
 * What the server stamps on an accepted event before it is published; a client cannot set these, because the schemas
 * of events are strict. The defaults are the least trusting ones: they hold for records that another program wrote.
 */
export const stampSchema = z.strictObject({
  /** Which sender's key it came under (web, app, shop server): event ids are unique within a source only. */
  source: fields.id.default('unknown'),
  /** True under a secret key. Orders are decided by trusted purchases alone. */
  trusted: z.boolean().default(false),
  /** A known crawler or a listed internal address: stored, and left out of every aggregate. */
  is_bot: z.boolean().default(false),
  received_at: fields.instant,
  /** When the sender says it sent the batch; corrects its clock. */
  sent_at: fields.instant.optional(),
  /** The sender named no currency, and the default that the shop's settings give its source was taken. */
  currency_defaulted: z.literal(true).optional(),
  /** Nobody is named: the sender may not say who it was (`withoutPerson`). It counts for its product and its order alone. */
  is_nameless: z.literal(true).optional(),
});
export type Stamp = z.output<typeof stampSchema>;

/** An event whose identity is complete: the server has set what the client left out. */
export type IdentifiedEvent<E extends ShopEvent = ShopEvent> = E & { event_id: string; occurred_at: string };

/** An event as a topic carries it: the stamp and the event that the client sent, apart. */
export type EventRecord<E extends ShopEvent = ShopEvent> = { stamp: Stamp; event: IdentifiedEvent<E> };
export type RecordOf<T extends EventType> = EventRecord<Extract<ShopEvent, { type: T }>>;

/** The value of the Kafka record: the event's fields and the stamp's in one flat JSON object. */
export function encodeRecord({ stamp, event }: EventRecord): string {
  return JSON.stringify({ ...event, ...stamp });
}

/** What reading a record gives: the record, or every reason why it is none. */
export type ParsedRecord = { success: true; data: EventRecord } | { success: false; issues: z.core.$ZodIssue[] };

const anyObject = z.looseObject({});

/** Reads a parsed record value back; the same schemas as at the edge, because anyone may write to a topic. */
export function parseRecord(value: unknown): ParsedRecord {
  const flat = anyObject.safeParse(value);
  if (!flat.success) return { success: false, issues: flat.error.issues };
  // Taken from the value itself: a copy by a schema would lose an own key `__proto__`, which is to be refused.
  const { source, trusted, is_bot, received_at, sent_at, currency_defaulted, is_nameless, ...fields } = value as Record<
    string,
    unknown
  >;
  const stated = { source, trusted, is_bot, received_at, sent_at, currency_defaulted, is_nameless };
  const stamp = stampSchema.safeParse(stated);
  const event = is_nameless === true ? parseNameless(fields) : eventSchema.safeParse(fields);
  if (!stamp.success || !event.success)
    return { success: false, issues: [...(stamp.error?.issues ?? []), ...(event.error?.issues ?? [])] };
  if (!isIdentified(event.data)) return refused('event_id', 'event_id and occurred_at are required in a record');
  const record = { stamp: stamp.data, event: event.data };
  const problem = eventTimeProblem(record);
  return problem === undefined ? { success: true, data: record } : refused('occurred_at', problem);
}

function refused(field: string, message: string): ParsedRecord {
  return { success: false, issues: [{ code: 'custom', path: [field], message, input: undefined }] };
}

/** Whether the client has named the event and its time. */
export function isIdentified(event: ShopEvent): event is IdentifiedEvent {
  return event.event_id !== undefined && event.occurred_at !== undefined;
}

/**
 * What is wrong with the time of an event once the sender's clock is corrected. Judged against the time of receipt, so
 * that a replay years later judges alike.
 */
export function eventTimeProblem({ stamp, event }: EventRecord): string | undefined {
  const eventAt = Date.parse(event.occurred_at) + clockSkewMs(stamp);
  if (eventAt > Date.parse(stamp.received_at) + MAX_FUTURE_SECONDS * 1000)
    return `lies in the future; allowed: up to ${MAX_FUTURE_SECONDS / 60} minutes ahead`;
  if (eventAt < Date.UTC(FIRST_YEAR, 0, 1)) return `lies before the year ${FIRST_YEAR} once corrected by sent_at`;
  return undefined;
}

/** How far the sender's clock is behind ours, in milliseconds: `event_at = occurred_at + skew`. Zero without `sent_at`. */
export function clockSkewMs(stamp: Pick<Stamp, 'received_at' | 'sent_at'>): number {
  return stamp.sent_at === undefined ? 0 : Date.parse(stamp.received_at) - Date.parse(stamp.sent_at);
}
