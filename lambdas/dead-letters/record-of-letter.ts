import { type ParsedRecord, parseRecord, type Stamp, stampSchema } from '../../events/record.ts';
import type { Letter } from '../../repositories/letter-repairs.repository.ts';

/** The fields that the server stamps: a repair changes none of them. */
export const stampFields: readonly string[] = Object.keys(stampSchema.shape);

/** Fatal: bytes that are not UTF-8 must not turn into replacement characters and pass for somebody's id. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The object that a payload holds, or undefined when it holds none. */
export function objectIn(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(payload));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The stamps of the original record. Where they cannot be read as a whole, those of somebody whom nobody trusts, received
 * when the record was, as far as it says so, else when it was set aside.
 */
export function stampOf({ payload, created_at }: Pick<Letter, 'payload' | 'created_at'>): Stamp {
  const original = objectIn(payload) ?? {};
  const claimed = Object.fromEntries(stampFields.map((field) => [field, original[field]]));
  const whole = stampSchema.safeParse(claimed);
  if (whole.success) return whole.data;
  const received = stampSchema.shape.received_at.safeParse(original.received_at);
  return stampSchema.parse({ received_at: received.success ? received.data : created_at.toISOString() });
}

/** Every reason why a value is no record, with the field first. */
export function wrongIn(parsed: ParsedRecord): string[] {
  if (parsed.success) return [];
  return parsed.issues.map(({ path, message }) => `${path.map(String).join('.') || 'record'}: ${message}`);
}

/** The record that a letter's row would be made of: its fix, else what was set aside. */
export function recordOf({ payload, fixedPayload }: Pick<Letter, 'payload' | 'fixedPayload'>): ParsedRecord {
  const value = objectIn(fixedPayload ?? payload);
  if (value !== undefined) return parseRecord(value);
  const message = payload.length === 0 ? 'it has no value' : 'it is no JSON object';
  return { success: false, issues: [{ code: 'custom', path: [], message, input: undefined }] };
}
