import { MAX_GA4_EVENTS, MAX_SEGMENT_MESSAGES } from '../../events/limits.ts';
import { warningCodes } from '../dialects/translation.ts';
import { answer, problems } from './answers.ts';

const BODY = 'JSON in UTF-8 whatever the content type says, at most 1 MiB unpacked; gzip and deflate are understood.';
const ANSWER =
  'What was accepted is durable. `ignored` counts what means nothing here: it is not stored, and sending it again changes ' +
  'nothing. `rejected` and `warnings` name entry and field in the sender’s own terms.';
const RETRIES =
  'A status below 500, 429 aside, is final: the same request would get the same answer. 400 stands for a request of which ' +
  'nothing was acceptable, so that clients which read the status alone report it; what is good beside something bad is ' +
  'accepted with 200.';

function route(operation: Record<string, unknown>, bodySchema: string, answerSchema: string): Record<string, unknown> {
  return {
    post: {
      ...operation,
      requestBody: {
        required: true,
        description: BODY,
        content: {
          'application/json': { schema: { $ref: `#/components/schemas/${bodySchema}` } },
          'text/plain': { schema: { type: 'string', description: 'the same JSON' } },
        },
      },
      responses: {
        200: answer(ANSWER, answerSchema),
        ...problems(400, 401, 403, 405, 413, 415, 429, 500, 503),
      },
    },
  };
}

/** The routes of the protocols that others invented. */
export const dialectPaths = {
  '/v1/batch': route(
    {
      summary: 'Sends events as Segment’s clients do. Each message has its own verdict.',
      description:
        'The key is the user of HTTP Basic authentication, as Segment’s write key; a `writeKey` in the body is not looked at. ' +
        'Understood: track (Product Viewed, Product Added, Product Removed, Checkout Started, Order Completed, Order Refunded, ' +
        'Order Cancelled, with the verb first too), identify with both ids, alias. Every other name and call is ignored. The ' +
        'event id is `messageId`, or the UUIDv5 of it; `originalTimestamp` or else `timestamp` is when it happened, corrected ' +
        `by \`sentAt\`. ${RETRIES}`,
      security: [{ basic: [] }, { apiKey: [] }, { bearer: [] }],
    },
    'SegmentBatch',
    'SegmentAnswer',
  ),
  '/mp/collect': route(
    {
      summary:
        'Sends events as the GA4 Measurement Protocol does. Each event has its own verdict, and so has each item.',
      description:
        'The key is `api_secret`; it stands in no log. Better it is sent as a header, where the sender can. Understood: ' +
        'view_item, add_to_cart, remove_from_cart (one event for each item), begin_checkout, purchase, refund; every other ' +
        'name is ignored. With `timestamp_micros`, of the event or the request, a request that is sent again is recognised; ' +
        `without it the server’s time counts and it is not. ${RETRIES}`,
      security: [{ apiSecret: [] }, { apiKey: [] }, { bearer: [] }],
      parameters: [
        { name: 'measurement_id', in: 'query', schema: { type: 'string' }, description: 'taken and not looked at' },
      ],
    },
    'Ga4Request',
    'Ga4Answer',
  ),
};

/** How such clients send a key. */
export const dialectSecurity = {
  basic: { type: 'http', scheme: 'basic', description: 'the key as the user, without password; on /v1/batch alone' },
  apiSecret: { type: 'apiKey', in: 'query', name: 'api_secret', description: 'on /mp/collect alone' },
};

const id = { type: ['string', 'number', 'null'] };
const entry = (required: string[], properties: Record<string, unknown>) => ({ type: 'object', required, properties });
const answerProperties = {
  accepted: { type: 'integer' },
  ignored: { type: 'integer' },
  rejected: { type: 'array', items: { $ref: '#/components/schemas/Verdict' } },
  warnings: { type: 'array', items: { $ref: '#/components/schemas/Warning' } },
};

export const dialectSchemas = {
  SegmentBatch: entry(['batch'], {
    batch: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_SEGMENT_MESSAGES,
      items: entry(['type'], {
        type: { type: 'string', enum: ['track', 'identify', 'alias', 'page', 'screen', 'group'] },
        ...{ event: { type: 'string' }, properties: { type: 'object' }, context: { type: 'object' } },
        ...{ messageId: id, userId: id, anonymousId: id, previousId: id },
        ...{ timestamp: { type: 'string' }, originalTimestamp: { type: 'string' } },
      }),
    },
    sentAt: { type: 'string' },
    context: { type: 'object', description: 'of every message that says nothing else' },
  }),
  SegmentAnswer: entry(['success', ...Object.keys(answerProperties)], {
    success: { const: true },
    ...answerProperties,
  }),
  Ga4Request: entry(['events'], {
    ...{ client_id: id, user_id: id, timestamp_micros: id },
    events: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_GA4_EVENTS,
      items: entry(['name'], { name: { type: 'string' }, params: { type: 'object' }, timestamp_micros: id }),
    },
  }),
  Ga4Answer: entry(Object.keys(answerProperties), answerProperties),
  Warning: {
    ...entry(['index', 'code', 'message', 'path'], {
      index: { type: 'integer', description: 'of the entry' },
      code: { type: 'string', enum: warningCodes },
      ...{ message: { type: 'string' }, path: { type: 'string' } },
    }),
    description: 'What was changed or left out so that an event could be accepted.',
  },
};
