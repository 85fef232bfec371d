import { problemCodes } from '../../platform/http/problem.ts';

/** The answers that routes share, as OpenAPI data. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: problemCodes },
    detail: { type: 'string' },
    accepted: { type: 'integer' },
    ignored: { type: 'integer' },
    warnings: { type: 'array', items: { $ref: '#/components/schemas/Warning' } },
    rejected: {
      type: 'array',
      items: { anyOf: [{ $ref: '#/components/schemas/Verdict' }, { $ref: '#/components/schemas/ProductVerdict' }] },
    },
  },
};

/** What became of one value of a request, which is named by the field `key`. */
export function verdictSchema(key: string, codes: readonly string[]): Record<string, unknown> {
  return {
    type: 'object',
    required: ['index', key, 'code', 'message', 'path'],
    properties: {
      index: { type: 'integer' },
      [key]: { type: ['string', 'null'] },
      code: { type: 'string', enum: codes },
      message: { type: 'string' },
      path: { type: 'string' },
    },
  };
}

const DESCRIPTIONS = {
  400: 'The request is not valid; `detail` names what is wrong and what is allowed.',
  401: 'No key, or an unknown one.',
  403: 'The key, or the page it is used on, may not do this.',
  405: 'The route has other methods; `Allow` names them.',
  413: 'The body is larger than 1 MiB, unpacked.',
  415: 'The content type or encoding is not allowed.',
  429: 'Too many requests; wait as long as `Retry-After` says.',
  500: 'The request failed by our fault, and was logged.',
  503: 'A part behind the API does not answer; nothing was accepted. Wait as long as `Retry-After` says.',
} as const;
type ProblemStatus = keyof typeof DESCRIPTIONS;

/** Said before any function is asked: by API Gateway, or by the local server, so without a problem document. */
const largeHead = {
  431: { description: 'Request line and headers are larger than 10 KiB together. The answer has no problem document.' },
};

const retryAfter = { 'retry-after': { description: 'seconds', schema: { type: 'integer' } } };

/** Problem documents for the given statuses, and what any route may be answered instead. */
export function problems(...statuses: ProblemStatus[]): Record<string, unknown> {
  const documents = statuses.map((status) => [
    status,
    {
      description: DESCRIPTIONS[status],
      ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  return { ...Object.fromEntries(documents), ...largeHead };
}

/** A JSON answer of one of the named schemas. */
export function answer(description: string, schema: string): Record<string, unknown> {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}
