import type { MSKEvent } from 'aws-lambda';
import type { EventType } from '../../events/event.ts';
import { type EventRecord, encodeRecord, parseRecord } from '../../events/record.ts';
import { type Topic, topicOf } from '../../events/topics.ts';
import { crowd } from '../../local/shoppers/crowd.ts';
import type { Step } from '../../local/shoppers/visit.ts';
import { mskEvent, mskRecord } from '../delivery/msk-event.ts';

const SHOP = { seed: 7, users: 400, rate: 50, startMs: Date.parse('2026-11-01T10:00:00Z') };
const RECEIVED_AT = '2026-11-02T10:00:00Z';

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
  const parsed = parseRecord({ ...event, source: 'shop', trusted: true, received_at: RECEIVED_AT });
  if (!parsed.success) throw new Error(`not an event: ${parsed.issues[0]?.message}`);
  return parsed.data;
}

function batchOf(topic: Topic, records: readonly EventRecord[]): MSKEvent {
  return mskEvent(records.map((record, index) => mskRecord(topic, index, encodeRecord(record))));
}
