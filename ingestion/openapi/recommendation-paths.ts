import { MAX_ID_CHARS, MAX_TEXT_CHARS } from '../../events/limits.ts';
import { answer, problems } from './answers.ts';

const id = { type: 'string', minLength: 1, maxLength: MAX_ID_CHARS };
const inPath = (name: string) => ({ name, in: 'path', required: true, schema: id });
const inQuery = (name: string, schema: unknown, description: string) => ({ name, in: 'query', schema, description });
const limit = inQuery('limit', { type: 'integer', minimum: 1, maximum: 100, default: 20 }, 'how many products');
const category = inQuery('category', { type: 'string', minLength: 1, maxLength: MAX_TEXT_CHARS }, 'only this category');
const security = [{ apiKey: [] }, { bearer: [] }];

function route(summary: string, parameters: unknown[], schema: string): Record<string, unknown> {
  return {
    get: {
      summary,
      security,
      parameters,
      responses: { 200: answer('The products, best first.', schema), ...problems(400, 401, 403, 405, 429, 500, 503) },
    },
  };
}

/** The routes of the recommendation function. */
export const recommendationPaths = {
  '/recommendations/{userId}': route(
    'What this person is likely to want next. A publishable key reads a visitor by the anonymous id alone.',
    [
      inPath('userId'),
      limit,
      category,
      inQuery('exclude_purchased', { type: 'boolean', default: true }, 'leave out what the person has bought'),
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
    [inPath('productId'), limit, category],
    'ProductList',
  ),
  '/trending': route('What many look at now.', [limit, category], 'ProductList'),
};

const product = {
  type: 'object',
  required: ['product_id', 'score', 'reason'],
  properties: { product_id: { type: 'string' }, score: { type: 'number' }, reason: { type: 'string' } },
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
