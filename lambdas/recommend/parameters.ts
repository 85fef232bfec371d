import * as z from 'zod';
import { currency, id, label } from '../../events/fields.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { type RecommendationRules, recommendationModes } from '../../repositories/recommendations.repository.ts';

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

/** Of what may be given more than once. */
const MAX_VALUES = 100;
const several = <T extends z.ZodType>(value: T) => z.array(value).max(MAX_VALUES, `at most ${MAX_VALUES} may be given`);
const price = z.string().regex(/^\d{1,15}(\.\d{1,4})?$/, 'must be an amount such as 12.50');
const positive = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 999')
  .transform(Number);

const listParameters = z.strictObject({
  limit,
  category: label.optional(),
  min_price: price.optional(),
  max_price: price.optional(),
  currency: currency.optional(),
  exclude: several(id).optional(),
  max_per_category: positive.optional(),
});
const similarParameters = listParameters.extend({ same_category: flag.optional() });
const personParameters = similarParameters.extend({
  mode: z.enum(recommendationModes, `must be ${recommendationModes.join(' or ')}`).optional(),
  exclude_purchased: flag.optional(),
  rebuy_category: several(label).optional(),
  product_id: id.optional(),
});
type Parameters = z.output<typeof personParameters>;
/** Each given more than once by repeating its name. */
const REPEATABLE: ReadonlySet<string> = new Set(['exclude', 'rebuy_category']);

/** `limit` and what may be shown. Throws `HttpProblem` 400 that names what is wrong and what is allowed. */
export const readListParameters = (request: Request) => toQuery(readParameters(listParameters, request));

/** The same beside a product. */
export const readSimilarParameters = (request: Request) => toQuery(readParameters(similarParameters, request));

/** The same with what concerns a person, and the product whose page the person is on. */
export function readPersonParameters(request: Request) {
  const parameters = readParameters(personParameters, request);
  const { product_id, mode } = parameters;
  if (parameters.same_category === true && product_id === undefined)
    throw refusal('same_category: needs product_id, whose category it is');
  return { ...toQuery(parameters), productId: product_id, ...(mode === undefined ? {} : { mode }) };
}

function toQuery(given: Omit<Parameters, 'mode' | 'product_id'>): RecommendationRules & { limit: number } {
  const { limit, category, min_price, max_price, currency, exclude, max_per_category } = given;
  if (category !== undefined && given.same_category === true)
    throw refusal('same_category: cannot stand beside category');
  if ((min_price ?? max_price) !== undefined && currency === undefined)
    throw refusal('currency: is needed beside min_price and max_price');
  return {
    limit,
    category,
    minPrice: min_price,
    maxPrice: max_price,
    currency,
    denied: exclude ?? [],
    maxPerCategory: max_per_category,
    sameCategory: given.same_category ?? false,
    excludePurchased: given.exclude_purchased ?? true,
    rebuyCategories: given.rebuy_category ?? [],
  };
}

/** An id in the path. Throws `HttpProblem` 400. */
export function readPathId(name: string, value: string): string {
  const parsed = id.safeParse(value);
  if (!parsed.success) throw refusal(`${name}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** The parameters of a query, each given once unless it may be repeated. Throws `HttpProblem` 400. */
export function readParameters<T extends z.ZodObject>(schema: T, request: Request): z.output<T> {
  const given = Map.groupBy(new URL(request.url).searchParams, ([name]) => name);
  const repeated = [...given].find(([name, values]) => values.length > 1 && !REPEATABLE.has(name));
  if (repeated !== undefined) throw refusal(`${shortened(repeated[0])}: is given more than once`);
  const values = [...given].map(([name, pairs]) => {
    const texts = pairs.map(([, value]) => value);
    return [name, REPEATABLE.has(name) ? texts : texts[0]];
  });
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw refusal(
      `${shortened(issue.keys[0])}: is no parameter here; allowed: ${Object.keys(schema.shape).join(', ')}`,
    );
  throw refusal(`${issue?.path[0]?.toString()}: ${issue?.message}`);
}

const shortened = (name: string | undefined) => (name ?? '').slice(0, MAX_NAME_CHARS);
const refusal = (detail: string) => new HttpProblem(400, 'invalid_request', detail);
