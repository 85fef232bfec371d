import type { z } from 'zod';
import { eventSchema, type ShopEvent } from './event.ts';

/** What says who did it, or lets somebody find it out. */
const PERSONAL = ['user_id', 'anonymous_id', 'session_id', 'context'] as const;

/**
 * Reads an event of nobody (`withoutPerson`): the schemas ask who it was, so that somebody stands in while they are asked. One
 * that names somebody after all is refused.
 */
export function parseNameless(fields: Readonly<Record<string, unknown>>): z.ZodSafeParseResult<ShopEvent> {
  // The stamp stands among the fields again, where it is unknown and thus refused.
  if (PERSONAL.some((name) => name in fields)) return eventSchema.safeParse({ ...fields, is_nameless: true });
  const parsed = eventSchema.safeParse({ ...fields, anonymous_id: 'nobody' });
  if (!parsed.success) return parsed;
  const { anonymous_id: _nobody, ...event } = parsed.data;
  return { success: true, data: event as ShopEvent };
}
