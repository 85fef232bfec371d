import * as z from 'zod';
import { catalogueProductSchema } from '../../events/catalogue-product.ts';
import { MAX_PRODUCTS_PER_REQUEST } from '../../events/limits.ts';
import { fieldProblemCodes } from '../../platform/http/field-problem.ts';
import { answer, problems, verdictSchema } from './answers.ts';

/** The routes of the catalogue function. */
export const cataloguePaths = {
  '/products': {
    put: {
      summary: 'Says what the products are. Each has its own verdict; the same request again changes nothing.',
      description:
        'Needs a secret key. What is said here wins over what events say, whichever comes first. An absent field leaves what is known; null takes back what the catalogue said, so that events count again. A product that is named twice is taken as if sent one after the other.',
      security: [{ apiKey: [] }, { bearer: [] }],
      requestBody: {
        required: true,
        description: 'JSON in UTF-8, at most 1 MiB unpacked; `content-encoding` gzip and deflate are understood.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Catalogue' } } },
      },
      responses: {
        200: answer('Stored, but for the products under `rejected`.', 'Stored'),
        ...problems(400, 401, 403, 405, 413, 415, 429, 500, 503),
      },
    },
  },
};

/** A price that is stated has its currency, and no currency comes without a price or its taking back. */
const PRICE_RULES = {
  dependentRequired: { currency: ['unit_price'] },
  if: { properties: { unit_price: { not: { type: 'null' } } }, required: ['unit_price'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { properties: { currency: { not: { type: 'null' } } }, required: ['currency'] },
};

function productComponent(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(catalogueProductSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, ...PRICE_RULES };
}

/** The schemas that its routes name. */
export const catalogueSchemas = {
  Product: productComponent(),
  Catalogue: {
    type: 'object',
    required: ['products'],
    additionalProperties: false,
    properties: {
      products: {
        type: 'array',
        minItems: 1,
        maxItems: MAX_PRODUCTS_PER_REQUEST,
        items: { $ref: '#/components/schemas/Product' },
      },
    },
  },
  ProductVerdict: verdictSchema('product_id', fieldProblemCodes),
  Stored: {
    type: 'object',
    required: ['accepted', 'rejected'],
    properties: {
      accepted: { type: 'integer' },
      rejected: { type: 'array', items: { $ref: '#/components/schemas/ProductVerdict' } },
    },
  },
};
