import type { z } from 'zod';

/** Why an event was not accepted. */
export const verdictCodes = [
  'unknown_type',
  'unknown_field',
  'invalid_field',
  'not_an_object',
  'time_out_of_range',
  'forbidden_for_key',
  'conflicts_in_batch',
] as const;
export type VerdictCode = (typeof verdictCodes)[number];

/** What became of one event of a batch: where it stood, why it was refused, and which field to mend. */
export type Verdict = { index: number; event_id: string | null; code: VerdictCode; message: string; path: string };

/** Nobody sends a name longer than this by accident, and an answer must not grow with the attack. */
const MAX_SHOWN_CHARS = 100;

/** The verdict for an event that the schemas refuse: its first issue, in words that say what is allowed. */
export function verdictOf(index: number, value: unknown, issues: readonly z.core.$ZodIssue[]): Verdict {
  const [issue] = issues;
  const event_id = eventIdOf(value);
  if (issue === undefined || typeof value !== 'object' || value === null || Array.isArray(value))
    return { index, event_id, code: 'not_an_object', message: 'an event must be a JSON object', path: '' };
  const path = issue.path.map(String).join('.').slice(0, MAX_SHOWN_CHARS);
  if (issue.code === 'unrecognized_keys') {
    const field = shorten(issue.keys[0] ?? '');
    const at = path === '' ? field : `${path}.${field}`;
    return { index, event_id, code: 'unknown_field', message: `unknown field ${JSON.stringify(field)}`, path: at };
  }
  if (path === 'type' && issue.code === 'invalid_union') {
    const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.join(', ') : '';
    return { index, event_id, code: 'unknown_type', message: `unknown event type; allowed: ${allowed}`, path };
  }
  const message = isMissing(issue, value) ? 'is required' : sentence(issue.message);
  return { index, event_id, code: 'invalid_field', message, path };
}

/** The id that the client gave, where it is short enough to be one. */
export function eventIdOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'event_id' in value ? value.event_id : null;
  return typeof id === 'string' && id.length <= MAX_SHOWN_CHARS ? id : null;
}

/** Rules that name a missing field say themselves what is needed beside it. */
function isMissing(issue: z.core.$ZodIssue, value: unknown): boolean {
  return issue.code !== 'custom' && issue.path.reduce<unknown>(fieldOf, value) === undefined;
}

function fieldOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Echoes what a client sent, as well-formed text of bounded length. */
export function shorten(text: string): string {
  return text.slice(0, MAX_SHOWN_CHARS).toWellFormed();
}

function sentence(message: string): string {
  const text = shorten(message.replace(/^Invalid input: /, ''));
  return text.charAt(0).toLowerCase() + text.slice(1);
}
