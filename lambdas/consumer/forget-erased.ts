import type { ShopEvent } from '../../events/event.ts';
import { encodeRecord } from '../../events/record.ts';
import { withoutPerson } from '../../events/without-person.ts';
import { DatabaseUnavailableError } from '../../platform/errors.ts';
import type { Database } from '../../repositories/database.ts';
import type { DeadLetter } from '../../repositories/dead-letters.repository.ts';
import {
  eraseLateLinks,
  HOLDS_ERASED_PEOPLE,
  listErased,
  type Received,
  receivedOf,
} from '../../repositories/erasure.repository.ts';
import type { Incoming } from './projection.ts';

/** True of the error of a batch that holds events of people who were erased after these were received. */
export function holdsErasedPeople(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError && error.sqlState === HOLDS_ERASED_PEOPLE;
}

/**
 * The batch as it may be stored: without the views and cart events of erased people, and with their orders as nobody's, since
 * the books stay. An anonymous id that such an event links to its erased person is to be erased too.
 */
export async function withoutErased<E extends ShopEvent>(
  database: Database,
  batch: readonly Incoming<E>[],
): Promise<Incoming<E>[]> {
  const events = batch.map(({ record }) => receivedOf(record));
  const erased = await placesOfErased(database, events);
  const links = events.filter(({ anonymousId }, place) => erased.has(place) && anonymousId !== undefined);
  if (links.length > 0) await database.query(eraseLateLinks(links));
  return batch.flatMap((incoming, place) => {
    if (!erased.has(place)) return [incoming];
    const { type } = incoming.record.event;
    return type === 'purchase' || type === 'refund' ? [ofNobody(incoming)] : [];
  });
}

function ofNobody<E extends ShopEvent>(incoming: Incoming<E>): Incoming<E> {
  const record = withoutPerson(incoming.record);
  return { ...incoming, record, payload: Buffer.from(encodeRecord(record)) };
}

/** The records to set aside, without those that can be told to be an erased person's. */
export async function lettersToKeep(database: Database, letters: readonly DeadLetter[]): Promise<DeadLetter[]> {
  const read = letters.map((letter) => ({ letter, received: receivedIn(letter.payload) }));
  const erased = await placesOfErased(
    database,
    read.map(({ received }) => received),
  );
  return letters.filter((_, place) => !erased.has(place));
}

async function placesOfErased(database: Database, events: readonly Received[]): Promise<Set<number>> {
  if (events.length === 0) return new Set();
  return new Set((await database.query(listErased(events))).map(({ nth }) => Number(nth) - 1));
}

/** Who a record may be of that is no event: the ids in it, where it can be read. */
function receivedIn(payload: Buffer): Received {
  const fields = objectIn(payload);
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000') ? value : undefined;
  };
  const receivedAt = Date.parse(text('received_at') ?? '');
  return {
    userId: text('user_id'),
    anonymousId: text('anonymous_id'),
    receivedAt: Number.isNaN(receivedAt) ? undefined : new Date(receivedAt).toISOString(),
  };
}

function objectIn(payload: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
