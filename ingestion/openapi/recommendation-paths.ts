import { MAX_ID_CHARS, MAX_TEXT_CHARS } from '../../events/limits.ts';
import { answer, problems } from './answers.ts';

const id = { type: 'string', minLength: 1, maxLength: MAX_ID_CHARS };
const inPath = (name: string) => ({ name, in: 'path', required: true, schema: id });
const inQuery = (name: string, schema: unknown, description: string) => ({ name, in: 'query', schema, description });
const text = { type: 'string', minLength: 1, maxLength: MAX_TEXT_CHARS };
const amount = { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,4})?$' };
const flag = (standard: boolean) => ({ type: 'boolean', default: standard });
const several = (items: unknown) => ({ type: 'array', items, maxItems: 100 });

/** What every list understands. */
const listParameters = [
  inQuery('limit', { type: 'integer', minimum: 1, maximum: 100, default: 20 }, 'how many products'),
  inQuery('category', text, 'only this category'),
  inQuery('min_price', amount, 'only from this price on, in `currency`'),
  inQuery('max_price', amount, 'only up to this price, in `currency`'),
  inQuery('currency', { type: 'string', pattern: '^[A-Z]{3}$' }, 'of the prices; needed beside them'),
  inQuery('exclude', several(id), 'products that are not to be shown; may be given up to 100 times'),
  inQuery('max_per_category', { type: 'integer', minimum: 1, maximum: 999 }, 'at most so many of one category'),
];
const similarParameters = [
  ...listParameters,
  inQuery('same_category', flag(false), 'only the category of the product'),
];
const security = [{ apiKey: [] }, { bearer: [] }];

/** What may be asked next about the first product of a list. */
const links = {
  similar: {
    operationRef: '#/paths/~1products~1{productId}~1similar/get',
    parameters: { productId: '$response.body#/recommendations/0/product_id' },
  },
};

function route(summary: string, parameters: unknown[], schema: string): Record<string, unknown> {
  return {
    get: {
      summary,
      security,
      parameters,
      responses: {
        200: { ...answer('The products, best first.', schema), links },
        ...problems(400, 401, 403, 405, 429, 500, 503),
      },
    },
  };
}

/** The routes of the recommendation function. */
export const recommendationPaths = {
  '/recommendations/{userId}': route(
    'What this person is likely to want next. A publishable key reads a visitor by the anonymous id alone.',
    [
      inPath('userId'),
      ...similarParameters,
      inQuery(
        'mode',
        { type: 'string', enum: ['discover', 'continue'], default: 'discover' },
        'discover: what the person has seen comes last; continue: it stands where it ranks',
      ),
      inQuery('exclude_purchased', flag(true), 'leave out what the person has bought'),
      inQuery('rebuy_category', several(text), 'but for this category; may be given up to 100 times'),
      inQuery('product_id', id, 'the product whose page the person is on'),
      {
        name: 'x-user-token',
        in: 'header',
        schema: { type: 'string' },
        description: 'JWT by which the shop vouches for the person',
      },
    ],
    'Recommendations',
  ),
  '/products/{productId}/similar': route(
    'What goes with this product.',
    [inPath('productId'), ...similarParameters],
    'ProductList',
  ),
  '/trending': route('What many look at now.', listParameters, 'ProductList'),
};

const reasons = ['bought_together', 'added_together', 'viewed_together', 'similar', 'trending', 'seen_before'];
const product = {
  type: 'object',
  required: ['product_id', 'score', 'reason'],
  properties: {
    product_id: { type: 'string' },
    score: { type: 'number', description: 'share of such visitors who would touch it next, among all candidates' },
    reason: { type: 'string', enum: reasons },
  },
};
const list = {
  model_version: { type: 'string' },
  generated_at: { type: 'string', format: 'date-time' },
  recommendations: { type: 'array', items: product },
};

export const recommendationSchemas = {
  Recommendations: {
    type: 'object',
    required: ['user_id', ...Object.keys(list)],
    properties: { user_id: { type: 'string' }, ...list },
  },
  ProductList: { type: 'object', required: Object.keys(list), properties: list },
};
