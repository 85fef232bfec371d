import type { MSKEvent } from 'aws-lambda';
import type { EventType } from '../../events/event.ts';
import { type EventRecord, encodeRecord, parseRecord } from '../../events/record.ts';
import { type Topic, topicOf } from '../../events/topics.ts';
import { crowd } from '../../local/shoppers/crowd.ts';
import type { Step } from '../../local/shoppers/visit.ts';
import { mskEvent, mskRecord } from '../delivery/msk-event.ts';

const SHOP = { seed: 7, users: 400, rate: 50, startMs: Date.parse('2026-11-01T10:00:00Z') };
const DAY_MS = 86_400_000;
/** The funnel counts the last days only: the same shoppers, as many whole days later as lets them end yesterday. */
const LATER_MS = Math.floor((Date.now() - SHOP.startMs) / DAY_MS - 1) * DAY_MS;
const RECEIVED_AT = new Date(SHOP.startMs + LATER_MS + DAY_MS).toISOString().replace('.000Z', 'Z');

/** The same events each time: of shoppers with tastes, carts and orders. */
export function fixedEvents(count: number): Step[] {
  const events = crowd(SHOP);
  return Array.from({ length: count }, () => events.next().value.event);
}

/** Those from `from` on and before `to` that come on the topic, in batches of so many each; the last may be smaller. */
export function* fixedBatches(
  topic: Topic,
  { size, from, to }: { size: number; from: number; to: number },
): Generator<MSKEvent, void> {
  let records: EventRecord[] = [];
  let index = 0;
  for (const { event } of crowd(SHOP)) {
    if (index >= to) break;
    const isWanted = index >= from && topicOf(event.type as EventType) === topic;
    index += 1;
    if (isWanted) records.push(recordOf(event));
    if (records.length < size) continue;
    yield batchOf(topic, records);
    records = [];
  }
  if (records.length > 0) yield batchOf(topic, records);
}

function recordOf(event: Step): EventRecord {
  const occurred_at = new Date(Date.parse(String(event.occurred_at)) + LATER_MS).toISOString();
  const parsed = parseRecord({ ...event, occurred_at, source: 'shop', trusted: true, received_at: RECEIVED_AT });
  if (!parsed.success) throw new Error(`not an event: ${parsed.issues[0]?.message}`);
  return parsed.data;
}

function batchOf(topic: Topic, records: readonly EventRecord[]): MSKEvent {
  return mskEvent(records.map((record, index) => mskRecord(topic, index, encodeRecord(record))));
}
