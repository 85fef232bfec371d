import * as z from 'zod';
import { currency, id, label } from '../../events/fields.ts';
import { type RecommendationRules, recommendationModes } from '../../repositories/recommendations.repository.ts';
import { invalidRequest, limitUpTo, readParameters } from '../http/request-parameters.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

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
  limit: limitUpTo(MAX_LIMIT, DEFAULT_LIMIT),
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
export const readListParameters = (request: Request) => toQuery(readParameters(listParameters, request, REPEATABLE));

/** The same beside a product. */
export const readSimilarParameters = (request: Request) =>
  toQuery(readParameters(similarParameters, request, REPEATABLE));

/** The same with what concerns a person, and the product whose page the person is on. */
export function readPersonParameters(request: Request) {
  const parameters = readParameters(personParameters, request, REPEATABLE);
  const { product_id, mode } = parameters;
  if (parameters.same_category === true && product_id === undefined)
    throw invalidRequest('same_category: needs product_id, whose category it is');
  return { ...toQuery(parameters), productId: product_id, ...(mode === undefined ? {} : { mode }) };
}

function toQuery(given: Omit<Parameters, 'mode' | 'product_id'>): RecommendationRules & { limit: number } {
  const { limit, category, min_price, max_price, currency, exclude, max_per_category } = given;
  if (category !== undefined && given.same_category === true)
    throw invalidRequest('same_category: cannot stand beside category');
  if ((min_price ?? max_price) !== undefined && currency === undefined)
    throw invalidRequest('currency: is needed beside min_price and max_price');
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
