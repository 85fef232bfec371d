import { isDeepStrictEqual } from 'node:util';
import { type EventRecord, encodeRecord, parseRecord, type Stamp } from '../../events/record.ts';
import { BazaarError } from '../../platform/errors.ts';
import { uuidV5 } from '../../platform/uuid-v5.ts';
import type { Letter } from '../../repositories/letter-repairs.repository.ts';
import { type Json, mergePatch, setAt } from './merge-patch.ts';
import { objectIn, stampFields, stampOf, wrongIn } from './record-of-letter.ts';

/** What is to be changed, in this order: all of it, by a merge patch (RFC 7396), value by value. */
export type Changes = {
  whole?: Json | undefined;
  patch?: Json | undefined;
  /** Undefined takes the field out. */
  values: readonly (readonly [path: readonly string[], value: Json | undefined])[];
};

/** For the ids of records that had none of their own, or cannot keep it; a fixed random UUID, never to be changed. */
const REPAIR_NAMESPACE = '0b54d9c2-7f5e-4a1d-8c36-52e9f1a7d403';

/**
 * The record that a letter becomes by the changes to it, or to the fix that it has: with the stamps of the original, so that
 * a repair makes nobody trusted, nor anything younger. An event that has neither id nor time gets an id of its letter, always
 * the same one, and the time of receipt.
 *
 * @returns the record's payload.
 * @throws BazaarError (`usage`) that names each field which is wrong, and what is allowed.
 */
export function fixLetter(letter: Letter, changes: Changes): Buffer {
  const stamp = stampOf(letter);
  const before = objectIn(letter.fixedPayload ?? letter.payload) as Json | undefined;
  const whole = changes.patch === undefined ? before : mergePatch(changes.whole ?? before, changes.patch);
  const start = changes.patch === undefined && changes.whole !== undefined ? changes.whole : whole;
  const changed = changes.values.reduce<Json | undefined>((value, [path, to]) => setAt(value, path, to), start);
  const event = withoutStamps(changed, before, stamp);
  const parsed = parseRecord({ ...withIdentity(event, letter, stamp), ...stamp });
  if (!parsed.success) throw new BazaarError('usage', `it would still not be stored: ${wrongIn(parsed).join('; ')}`);
  if (letter.reason === 'refund_currency') expectSameRefund(letter, parsed.data);
  return Buffer.from(encodeRecord(parsed.data));
}

/** The event of a changed record. Its stamps may be repeated as they are, and not be changed. */
function withoutStamps(changed: Json | undefined, before: Json | undefined, stamp: Stamp): Record<string, Json> {
  if (typeof changed !== 'object' || changed === null || Array.isArray(changed))
    throw new BazaarError('usage', 'there is no event to change: give a whole one with --file, as a JSON object');
  const [was, known] = [before as Record<string, Json> | undefined, stamp as Record<string, unknown>];
  const forged = stampFields.filter(
    (field) =>
      Object.hasOwn(changed, field) &&
      ![was?.[field], known[field]].some((same) => isDeepStrictEqual(same, changed[field])),
  );
  if (forged.length > 0)
    throw new BazaarError(
      'usage',
      `${forged.join(', ')}: set by the server; a repair keeps the stamps of the original record`,
    );
  return Object.fromEntries(Object.entries(changed).filter(([field]) => !stampFields.includes(field)));
}

function withIdentity(event: Record<string, Json>, letter: Letter, stamp: Stamp): Record<string, Json> {
  // Its row stands under the old id, which stands for another content.
  if (letter.reason === 'refund_currency') return { ...event, event_id: idOfRefund(letter) };
  if (event.event_id !== undefined || event.occurred_at !== undefined) return event;
  const name = JSON.stringify([letter.topic, letter.partition, letter.offset, letter.payload.toString('base64')]);
  return { ...event, event_id: uuidV5(REPAIR_NAMESPACE, name), occurred_at: stamp.received_at };
}

/** One id for each refund, however often it is fixed and whatever to: so that none is paid twice. */
function idOfRefund({ payload }: Letter): string {
  const { source, event_id, occurred_at } = objectIn(payload) ?? {};
  return uuidV5(REPAIR_NAMESPACE, JSON.stringify([source, event_id, occurred_at]));
}

/**
 * The refund as it was sent is stored. It takes nothing as long as its currency is not the order's, and would should an earlier
 * purchase in that currency turn up; a corrected one in another currency never counts beside it.
 */
function expectSameRefund({ payload }: Letter, { event }: EventRecord): void {
  const was = objectIn(payload) ?? {};
  if (event.type !== 'refund' || event.order_id !== was.order_id)
    throw new BazaarError('usage', 'this refund was stored: a repair keeps its type and its order_id');
  if (event.currency === was.currency)
    throw new BazaarError(
      'usage',
      `currency: must not stay ${event.currency}; its order is in another (--set currency=…)`,
    );
}
