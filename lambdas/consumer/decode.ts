import type { MSKRecord } from 'aws-lambda';
import { asConsented, missingConsent } from '../../events/consent.ts';
import type { EventType, ShopEvent } from '../../events/event.ts';
import { type EventRecord, encodeRecord, parseRecord } from '../../events/record.ts';
import { messageOf } from '../../platform/errors.ts';
import type { DeadLetter, DeadLetterReason } from '../../repositories/dead-letters.repository.ts';
import type { EventOf, Incoming } from './projection.ts';

export type Decoded<T extends EventType> = { batch: Incoming<EventOf<T>>[]; deadLetters: DeadLetter[] };

/** Fatal: bytes that are not UTF-8 must not turn into replacement characters and pass for somebody's id. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the records of an invocation. What is no event of these types becomes a dead letter, what may not be kept is
 * skipped; nothing throws.
 *
 * Lambda gives a tombstone as a record without value, although its type says otherwise.
 */
export function decodeRecords<T extends EventType>(records: readonly MSKRecord[], types: readonly T[]): Decoded<T> {
  const decoded: Decoded<T> = { batch: [], deadLetters: [] };
  for (const record of records) {
    const payload = Buffer.from((record.value as string | null | undefined) ?? '', 'base64');
    const place = { topic: record.topic, partition: record.partition, offset: String(record.offset), payload };
    const setAside = (reason: DeadLetterReason, detail: string) =>
      decoded.deadLetters.push({ ...place, reason, detail });
    if (!record.value) {
      setAside('tombstone', 'the record has no value');
      continue;
    }
    const json = parseJson(payload);
    if ('error' in json) {
      setAside('not_json', json.error);
      continue;
    }
    const parsed = parsedOrRefused(json.value);
    if (!parsed.success) setAside('invalid_event', parsed.issues.map(describe).join('; '));
    else if (missingConsent(parsed.data) !== undefined) continue;
    else if (isOneOf(parsed.data.event, types))
      decoded.batch.push(consented({ ...place, record: { ...parsed.data, event: parsed.data.event } }));
    else setAside('wrong_topic', `type ${parsed.data.event.type}; allowed here: ${types.join(', ')}`);
  }
  return decoded;
}

/** Our own API leaves no flags of consent in a record; other programs may write to a topic too. */
function consented<E extends ShopEvent>(incoming: Incoming<E>): Incoming<E> {
  if (incoming.record.event.consent === undefined) return incoming;
  const record = asConsented(incoming.record) as EventRecord<E>;
  return { ...incoming, record, payload: Buffer.from(encodeRecord(record)) };
}

function parseJson(payload: Buffer): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(utf8.decode(payload)) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Whatever the schemas make of a value, it must not keep its neighbours from being stored. */
function parsedOrRefused(value: unknown): ReturnType<typeof parseRecord> {
  try {
    return parseRecord(value);
  } catch (error) {
    return { success: false, issues: [{ code: 'custom', path: [], message: messageOf(error), input: undefined }] };
  }
}

function isOneOf<E extends { type: EventType }, T extends EventType>(
  event: E,
  types: readonly T[],
): event is E & EventOf<T> {
  return (types as readonly EventType[]).includes(event.type);
}

function describe(issue: { path: PropertyKey[]; message: string }): string {
  return `${issue.path.map(String).join('.') || 'record'}: ${issue.message}`;
}
