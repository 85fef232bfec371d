import * as z from 'zod';
import { id } from '../../events/fields.ts';
import { HttpProblem } from '../../platform/http/problem.ts';

/** What of an unknown parameter's name is repeated to its sender. */
const MAX_NAME_CHARS = 100;

/** Each parameter may be given once. */
const NONE: ReadonlySet<string> = new Set();

/** How many to answer with: a whole number from 1 to `max`. */
export function limitUpTo(max: number, whenAbsent: number) {
  const message = `must be a whole number from 1 to ${max}`;
  return z
    .string()
    .regex(/^[1-9]\d{0,3}$/, message)
    .transform(Number)
    .refine((value) => value <= max, message)
    .default(whenAbsent);
}

/** An id in the path. Throws `HttpProblem` 400. */
export function readPathId(name: string, value: string): string {
  const parsed = id.safeParse(value);
  if (!parsed.success) throw invalidRequest(`${name}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** The parameters of a query, each given once unless it is `repeatable`. Throws `HttpProblem` 400. */
export function readParameters<T extends z.ZodObject>(schema: T, request: Request, repeatable = NONE): z.output<T> {
  const given = Map.groupBy(new URL(request.url).searchParams, ([name]) => name);
  const repeated = [...given].find(([name, values]) => values.length > 1 && !repeatable.has(name));
  if (repeated !== undefined) throw invalidRequest(`${shortened(repeated[0])}: is given more than once`);
  const values = [...given].map(([name, pairs]) => {
    const texts = pairs.map(([, value]) => value);
    return [name, repeatable.has(name) ? texts : texts[0]];
  });
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw invalidRequest(
      `${shortened(issue.keys[0])}: is no parameter here; allowed: ${Object.keys(schema.shape).join(', ')}`,
    );
  throw invalidRequest(`${issue?.path[0]?.toString()}: ${issue?.message}`);
}

/** A request that must be sent in another way. */
export const invalidRequest = (detail: string) => new HttpProblem(400, 'invalid_request', detail);

const shortened = (name: string | undefined) => (name ?? '').slice(0, MAX_NAME_CHARS);
