import { instant } from '../../events/fields.ts';
import { firstOf, type Loose, withoutDepth } from './loose.ts';
import type { Note } from './translation.ts';

/**
 * When it happened and when it was sent, both by the sender's clock. A retry repeats the former and moves the latter, so
 * that the former is part of the event's identity and the latter corrects the clock. A message that carries `receivedAt`
 * was forwarded by a server that had corrected `timestamp` itself; what it was sent at has no bearing on ours.
 */
export function segmentTimes(message: Loose, batch: Loose, notes: Note[]): { occurredAt: unknown; sentAt?: string } {
  if (firstOf(message, 'receivedAt') !== undefined)
    return { occurredAt: toInstant(firstOf(message, 'timestamp', 'originalTimestamp')) };
  const occurredAt = toInstant(firstOf(message, 'originalTimestamp', 'timestamp'));
  const stated = toInstant(firstOf(message, 'sentAt') ?? firstOf(batch, 'sentAt'));
  if (stated === undefined) return { occurredAt };
  const sentAt = instant.safeParse(stated);
  if (sentAt.success) return { occurredAt, sentAt: sentAt.data };
  notes.push({ code: 'field_dropped', message: 'is no time; the clock is not corrected', path: 'sent_at' });
  return { occurredAt };
}

/** Nanoseconds (Go) and zones without a colon (Python) are ISO 8601 too. */
function toInstant(value: unknown): unknown {
  if (typeof value !== 'string') return withoutDepth(value);
  return value
    .trim()
    .replace(/(\.\d{6})\d+/, '$1')
    .replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
}
