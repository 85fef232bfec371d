import { isbot } from 'isbot';
import { asConsented, missingConsent } from '../events/consent.ts';
import { eventSchema, type ShopEvent } from '../events/event.ts';
import {
  type EventRecord,
  eventTimeProblem,
  type IdentifiedEvent,
  isIdentified,
  type Stamp,
} from '../events/record.ts';
import type { Caller } from '../platform/http/keys.ts';
import { newEventId } from './event-id.ts';
import { eventIdOf, type Verdict, verdictOf } from './verdict.ts';

/** What is known of a request before its events are looked at. */
export type BatchContext = {
  caller: Caller;
  receivedAt: Date;
  /** The visitor's browser, where the request comes from a page; a server's own user agent says nothing of the visitor. */
  visitorAgent: string | undefined;
  isInternal: boolean;
  allowUntrustedPurchases: boolean;
};

/** One value that claims to be an event, and what is known of it beside. */
export type Submission = {
  value: unknown;
  /** When the sender says it sent it, by the clock of `occurred_at`. */
  sentAt?: string | undefined;
  /** The currency in it is the source's default, not the sender's word. */
  isCurrencyDefault?: boolean;
};

export type AcceptedBatch = { records: EventRecord[]; rejected: Verdict[] };

/** Validates each event by itself and stamps what is accepted; one bad event takes nothing from its neighbours. */
export function acceptBatch(submissions: readonly Submission[], context: BatchContext): AcceptedBatch {
  const batch: AcceptedBatch = { records: [], rejected: [] };
  const seen = new Map<string, IdentifiedEvent>();
  const stampOf = createStamper(context);
  submissions.forEach((submission, index) => {
    const result = acceptEvent(submission, index, context, stampOf);
    const verdict = 'code' in result ? result : conflictWith(seen, result, index);
    if (verdict !== undefined) batch.rejected.push(verdict);
    else if ('event' in result) batch.records.push(result);
  });
  return batch;
}

function acceptEvent(
  submission: Submission,
  index: number,
  context: BatchContext,
  stampOf: Stamper,
): EventRecord | Verdict {
  const { value } = submission;
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return verdictOf(index, value, parsed.error.issues);
  const refuse = (code: Verdict['code'], message: string, path: string): Verdict => ({
    index,
    event_id: eventIdOf(parsed.data),
    code,
    message,
    path,
  });
  const isOrder = parsed.data.type === 'purchase' || parsed.data.type === 'refund';
  if (isOrder && context.caller.keyClass === 'pk' && !context.allowUntrustedPurchases)
    return refuse('forbidden_for_key', `${parsed.data.type} needs a secret key: a server must send it`, 'type');
  const record = { event: identify(parsed.data, context.receivedAt), stamp: stampOf(parsed.data, submission) };
  const missing = missingConsent(record);
  if (missing !== undefined)
    return refuse('consent_denied', `consent.${missing} is denied: nothing of it is kept`, `consent.${missing}`);
  const range = eventTimeProblem(record);
  return range === undefined ? asConsented(record) : refuse('time_out_of_range', range, 'occurred_at');
}

/** An event without identity gets one here; a retry of it can then not be recognised. */
function identify(event: ShopEvent, receivedAt: Date): IdentifiedEvent {
  if (isIdentified(event)) return event;
  const event_id = event.event_id ?? newEventId(receivedAt);
  return { ...event, event_id, occurred_at: event.occurred_at ?? receivedAt.toISOString() };
}

type Stamper = (event: ShopEvent, submission: Submission) => Stamp;

/** Works out once for the batch what its events have in common: the events of a page name one user agent. */
function createStamper({ caller, receivedAt, visitorAgent, isInternal }: BatchContext): Stamper {
  const [source, trusted, received_at] = [caller.source, caller.keyClass === 'sk', receivedAt.toISOString()];
  const bots = new Map<string | undefined, boolean>();
  const isBot = (userAgent: string | undefined) => {
    const known = bots.get(userAgent) ?? isbot(userAgent);
    bots.set(userAgent, known);
    return known;
  };
  return (event, { sentAt, isCurrencyDefault }) => {
    const is_bot = isInternal || isBot(event.context?.user_agent ?? visitorAgent);
    const stamp: Stamp = { source, trusted, is_bot, received_at };
    // The server's own time needs no correction by the client's clock.
    if (sentAt !== undefined && event.occurred_at !== undefined) stamp.sent_at = sentAt;
    if (isCurrencyDefault === true) stamp.currency_defaulted = true;
    return stamp;
  };
}

/** One key cannot stand for two different events; which of them is meant, only the sender can say. */
function conflictWith(seen: Map<string, IdentifiedEvent>, { event }: EventRecord, index: number): Verdict | undefined {
  const first = seen.get(event.event_id);
  if (first === undefined) seen.set(event.event_id, event);
  if (first === undefined) return undefined;
  // The id once more, which is rare: only now it matters whether it is at the same time.
  const key = keyOf(event);
  const before = keyOf(first) === key ? first : seen.get(key);
  if (before === undefined) seen.set(key, event);
  if (before === undefined || JSON.stringify(before) === JSON.stringify(event)) return undefined;
  const message = 'another event of this batch has the same event_id and occurred_at and other content';
  return { index, event_id: event.event_id, code: 'conflicts_in_batch', message, path: 'event_id' };
}

function keyOf({ event_id, occurred_at }: IdentifiedEvent): string {
  return `${event_id} ${Date.parse(occurred_at)} ${microseconds(occurred_at)}`;
}

/** What stands behind the milliseconds, which a JavaScript date does not hold and Postgres does. */
function microseconds(instant: string): string {
  return (/\.\d{3}(\d{1,3})/.exec(instant)?.[1] ?? '').padEnd(3, '0');
}
