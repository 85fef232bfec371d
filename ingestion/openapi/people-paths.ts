import { MAX_ID_CHARS } from '../../events/limits.ts';
import { answer, problems } from './answers.ts';

const userId = {
  name: 'userId',
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: MAX_ID_CHARS },
  description: 'a user id, or an anonymous id that no user is known for',
};
const inQuery = (name: string, schema: unknown, description: string) => ({ name, in: 'query', schema, description });
const security = [{ apiKey: [] }, { bearer: [] }];

const nextPage = {
  next: {
    operationRef: '#/paths/~1users~1{userId}~1export/get',
    parameters: { userId: '$request.path.userId', cursor: '$response.body#/next_cursor' },
  },
};

/** The routes of the function that erases and exports. */
export const peoplePaths = {
  '/users/{userId}': {
    delete: {
      summary: 'Erases a person, with every id linked to this one, from all tables, and from what is still under way.',
      description:
        'Needs an administrative key. Views and cart events go and are taken out of the counters; purchases and refunds stay as amounts without a person. What is received later starts afresh. An unknown id is answered with a receipt of zeros; the same request again removes what is left, and nothing twice.',
      security,
      parameters: [userId],
      responses: {
        200: answer('Erased. The receipt says how many rows, and names nobody.', 'ErasureReceipt'),
        202: answer(
          'Under way: the receipt says what is done. The same request, or the daily maintenance, goes on.',
          'ErasureReceipt',
        ),
        ...problems(400, 401, 403, 405, 429, 500, 503),
      },
    },
  },
  '/users/{userId}/export': {
    get: {
      summary: 'Everything that is held on a person, with every id linked to this one, in pages.',
      description: 'Needs an administrative key. Of an unknown id nothing is held.',
      security,
      parameters: [
        userId,
        inQuery('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 1000 }, 'how many records at most'),
        inQuery(
          'cursor',
          { type: 'string', maxLength: 8000, pattern: '^[\\w-]+$' },
          '`next_cursor` of the page before',
        ),
      ],
      responses: {
        200: { ...answer('A page. The last one has no `next_cursor`.', 'PersonExport'), links: nextPage },
        ...problems(400, 401, 403, 405, 429, 500, 503),
      },
    },
  },
};

const time = { type: 'string', format: 'date-time' };

/** The schemas that its routes name. */
export const peopleSchemas = {
  ErasureReceipt: {
    type: 'object',
    required: ['receipt', 'requested_at', 'finished_at', 'removed'],
    properties: {
      receipt: { type: 'string', format: 'uuid' },
      requested_at: time,
      finished_at: { ...time, type: ['string', 'null'] },
      removed: {
        type: 'object',
        description: 'rows by table; of purchases and orders those that lost their person',
        additionalProperties: { type: 'integer' },
      },
    },
  },
  PersonExport: {
    type: 'object',
    required: ['user_id', 'parts', 'records', 'next_cursor'],
    properties: {
      user_id: { type: 'string' },
      parts: {
        type: 'object',
        description: 'what each part is held for',
        additionalProperties: { type: 'string' },
      },
      records: {
        type: 'array',
        items: {
          type: 'object',
          required: ['part', 'record'],
          properties: { part: { type: 'string' }, record: { type: 'object' } },
        },
      },
      next_cursor: { type: ['string', 'null'] },
    },
  },
};
