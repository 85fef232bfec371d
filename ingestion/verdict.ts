import type * as z from 'zod';
import { fieldProblem, fieldProblemCodes } from '../platform/http/field-problem.ts';

/** Why an event was not accepted. */
export const verdictCodes = [
  'unknown_type',
  ...fieldProblemCodes,
  'time_out_of_range',
  'forbidden_for_key',
  'consent_denied',
  'conflicts_in_batch',
] as const;
export type VerdictCode = (typeof verdictCodes)[number];

/** What became of one event of a batch: where it stood, why it was refused, and which field to mend. */
export type Verdict = { index: number; event_id: string | null; code: VerdictCode; message: string; path: string };

/** An id that is longer is none, and is not repeated. */
const MAX_EVENT_ID_CHARS = 100;

/** The verdict for an event that the schemas refuse: its first issue, in words that say what is allowed. */
export function verdictOf(index: number, value: unknown, issues: readonly z.core.$ZodIssue[]): Verdict {
  const problem = fieldProblem(value, issues, 'an event');
  const event_id = eventIdOf(value);
  const [issue] = issues;
  if (problem.path === 'type' && issue?.code === 'invalid_union') {
    const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.join(', ') : '';
    return { index, event_id, code: 'unknown_type', message: `unknown event type; allowed: ${allowed}`, path: 'type' };
  }
  return { index, event_id, ...problem };
}

/** The id that the client gave, where it is short enough to be one. */
export function eventIdOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'event_id' in value ? value.event_id : null;
  return typeof id === 'string' && id.length <= MAX_EVENT_ID_CHARS ? id : null;
}
