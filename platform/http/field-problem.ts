import type * as z from 'zod';

export const fieldProblemCodes = ['unknown_field', 'invalid_field', 'not_an_object'] as const;

/** What is wrong with one of the values in a request, and which of its fields is to be mended. */
export type FieldProblem = {
  code: (typeof fieldProblemCodes)[number];
  message: string;
  path: string;
};

/** Nobody sends a name longer than this by accident, and an answer must not grow with the attack. */
const MAX_SHOWN_CHARS = 100;

/**
 * The first issue of a value that a strict schema refuses, in words that say what is allowed.
 *
 * @param noun what the value should be, e.g. `an event`.
 */
export function fieldProblem(value: unknown, issues: readonly z.core.$ZodIssue[], noun: string): FieldProblem {
  const [issue] = issues;
  if (issue === undefined || typeof value !== 'object' || value === null || Array.isArray(value))
    return { code: 'not_an_object', message: `${noun} must be a JSON object`, path: '' };
  const path = shorten(issue.path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys') {
    const field = shorten(issue.keys[0] ?? '');
    const at = path === '' ? field : `${path}.${field}`;
    return { code: 'unknown_field', message: `unknown field ${JSON.stringify(field)}`, path: at };
  }
  const message = isMissing(issue, value) ? 'is required' : sentence(issue.message);
  return { code: 'invalid_field', message, path };
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
