import * as z from 'zod';
import { id, label } from '../../events/fields.ts';
import { HttpProblem } from '../../platform/http/problem.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
/** What of an unknown parameter's name is repeated to its sender. */
const MAX_NAME_CHARS = 100;

const LIMIT_MESSAGE = `must be a whole number from 1 to ${MAX_LIMIT}`;
const limit = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, LIMIT_MESSAGE)
  .transform(Number)
  .refine((value) => value <= MAX_LIMIT, LIMIT_MESSAGE)
  .default(DEFAULT_LIMIT);
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

const listParameters = z.strictObject({ limit, category: label.optional() });
const personParameters = listParameters.extend({
  exclude_purchased: flag.default(true),
  product_id: id.optional(),
});

/** `limit` and `category` of a request. Throws `HttpProblem` 400 that names what is wrong and what is allowed. */
export const readListParameters = (request: Request) => readParameters(listParameters, request);

/** The same with `exclude_purchased` and `product_id`. */
export const readPersonParameters = (request: Request) => readParameters(personParameters, request);

/** An id in the path. Throws `HttpProblem` 400. */
export function readPathId(name: string, value: string): string {
  const parsed = id.safeParse(value);
  if (!parsed.success) throw refusal(`${name}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

function readParameters<T extends z.ZodObject>(schema: T, request: Request): z.output<T> {
  const given = [...new URL(request.url).searchParams];
  const names = given.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw refusal(`${shortened(repeated)}: is given more than once`);
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw refusal(
      `${shortened(issue.keys[0])}: is no parameter here; allowed: ${Object.keys(schema.shape).join(', ')}`,
    );
  throw refusal(`${issue?.path.map(String).join('.')}: ${issue?.message}`);
}

const shortened = (name: string | undefined) => (name ?? '').slice(0, MAX_NAME_CHARS);
const refusal = (detail: string) => new HttpProblem(400, 'invalid_request', detail);
