import pg from 'pg';
import * as z from 'zod';
import { messageOf } from '../../platform/errors.ts';

/** What the driver copies from an answer of status 400 onto its `NeonDbError`. */
const ERROR_FIELDS = [
  ...['severity', 'code', 'detail', 'hint', 'position', 'internalPosition', 'internalQuery', 'where', 'schema'],
  ...['table', 'column', 'dataType', 'constraint', 'file', 'line', 'routine'],
] as const;

/** The answer for what was thrown: 400 for what Postgres said, 503 when it could not be asked. */
export function errorAnswer(error: unknown): { status: number; body: Record<string, unknown> } {
  const message = messageOf(error);
  if (error instanceof pg.DatabaseError) {
    const entries = ERROR_FIELDS.map((field) => [field, Reflect.get(error, field)]);
    return { status: 400, body: { message, ...Object.fromEntries(entries) } };
  }
  if (error instanceof z.ZodError || error instanceof SyntaxError) return { status: 400, body: { message } };
  return { status: 503, body: { message: `the database could not be asked: ${message}` } };
}
