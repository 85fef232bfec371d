import { isbot } from 'isbot';
import { asConsented, missingConsent } from '../events/consent.ts';
import { eventSchema, type ShopEvent } from '../events/event.ts';
import { type EventRecord, eventTimeProblem, type IdentifiedEvent, type Stamp } from '../events/record.ts';
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
  const seen = new Map<string, string>();
  submissions.forEach((submission, index) => {
    const result = acceptEvent(submission, index, context);
    const verdict = 'code' in result ? result : conflictWith(seen, result, index);
    if (verdict !== undefined) batch.rejected.push(verdict);
    else if ('event' in result) batch.records.push(result);
  });
  return batch;
}

function acceptEvent(submission: Submission, index: number, context: BatchContext): EventRecord | Verdict {
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
  const record = { event: identify(parsed.data, context.receivedAt), stamp: stampOf(parsed.data, submission, context) };
  const missing = missingConsent(record);
  if (missing !== undefined)
    return refuse('consent_denied', `consent.${missing} is denied: nothing of it is kept`, `consent.${missing}`);
  const range = eventTimeProblem(record);
  return range === undefined ? asConsented(record) : refuse('time_out_of_range', range, 'occurred_at');
}

/** An event without identity gets one here; a retry of it can then not be recognised. */
function identify(event: ShopEvent, receivedAt: Date): IdentifiedEvent {
  const event_id = event.event_id ?? newEventId(receivedAt);
  return { ...event, event_id, occurred_at: event.occurred_at ?? receivedAt.toISOString() };
}

function stampOf(event: ShopEvent, { sentAt, isCurrencyDefault }: Submission, context: BatchContext): Stamp {
  const { caller, receivedAt, isInternal } = context;
  const userAgent = event.context?.user_agent ?? context.visitorAgent;
  return {
    source: caller.source,
    trusted: caller.keyClass === 'sk',
    is_bot: isInternal || isbot(userAgent),
    received_at: receivedAt.toISOString(),
    // The server's own time needs no correction by the client's clock.
    ...(sentAt === undefined || event.occurred_at === undefined ? {} : { sent_at: sentAt }),
    ...(isCurrencyDefault === true ? { currency_defaulted: true } : {}),
  };
}

/** One key cannot stand for two different events; which of them is meant, only the sender can say. */
function conflictWith(seen: Map<string, string>, { event }: EventRecord, index: number): Verdict | undefined {
  const key = `${event.event_id} ${Date.parse(event.occurred_at)} ${microseconds(event.occurred_at)}`;
  const content = JSON.stringify(event);
  const before = seen.get(key);
  if (before === undefined) seen.set(key, content);
  if (before === undefined || before === content) return undefined;
  const message = 'another event of this batch has the same event_id and occurred_at and other content';
  return { index, event_id: event.event_id, code: 'conflicts_in_batch', message, path: 'event_id' };
}

/** What stands behind the milliseconds, which a JavaScript date does not hold and Postgres does. */
function microseconds(instant: string): string {
  return (/\.\d{3}(\d{1,3})/.exec(instant)?.[1] ?? '').padEnd(3, '0');
}
