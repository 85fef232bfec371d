import * as z from 'zod';
import { ofList } from '../../events/fields.ts';
import { invalidRequest, limitUpTo, readParameters } from '../http/request-parameters.ts';
import { exportPartNames } from './export-parts.ts';
import type { ExportPlace } from './export-person.ts';

export const MAX_EXPORT_LIMIT = 1_000;
/** A place names ids of events, orders and sessions: some hundred characters each. */
const MAX_CURSOR_CHARS = 8_000;

const CURSOR_MESSAGE = 'must be a next_cursor of this export, as it was given';
/** Text that Postgres can compare with; it may be empty. */
const storable = z.string().refine((text) => text.isWellFormed() && !text.includes('\u0000'));
const placeSchema = z.strictObject({
  part: z.enum(exportPartNames),
  after: z.array(storable).min(1, ofList).max(8, ofList).nullable(),
});
const exportParameters = z.strictObject({
  limit: limitUpTo(MAX_EXPORT_LIMIT, MAX_EXPORT_LIMIT),
  cursor: z
    .string()
    .max(MAX_CURSOR_CHARS)
    .regex(/^[\w-]+$/, CURSOR_MESSAGE)
    .optional(),
});

/** Where an export goes on, and how many records it wants at most. Throws `HttpProblem` 400. */
export function readExportParameters(request: Request): { place: ExportPlace | null; limit: number } {
  const { limit, cursor } = readParameters(exportParameters, request);
  return { limit, place: cursor === undefined ? null : decodePlace(cursor) };
}

/** As text that can stand in a URL. */
export function encodePlace(place: ExportPlace | null): string | null {
  return place === null ? null : Buffer.from(JSON.stringify(place)).toString('base64url');
}

function decodePlace(cursor: string): ExportPlace {
  const parsed = placeSchema.safeParse(jsonIn(cursor));
  if (parsed.success) return parsed.data;
  throw invalidRequest(`cursor: ${CURSOR_MESSAGE}`);
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
