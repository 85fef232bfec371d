import * as z from 'zod';
import { type EventType, eventSchemas, eventTypes } from '../../events/event.ts';
import { MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';
import { verdictCodes } from '../verdict.ts';
import { answer, problemSchema, problems, verdictSchema } from './answers.ts';
import { cataloguePaths, catalogueSchemas } from './catalogue-paths.ts';
import { dialectPaths, dialectSchemas, dialectSecurity } from './dialect-paths.ts';
import { peoplePaths, peopleSchemas } from './people-paths.ts';
import { recommendationPaths, recommendationSchemas } from './recommendation-paths.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The rules between fields (`events/rules.ts`) that JSON Schema can state; the rest is said in words. */
function rulesOf(type: EventType): Record<string, unknown> {
  const identity = { event_id: ['occurred_at'], occurred_at: ['event_id'] };
  const somebody = { anyOf: [{ required: ['user_id'] }, { required: ['anonymous_id'] }] };
  if (type === 'purchase' || type === 'refund')
    return {
      description: 'Needs a secret key. Amounts have at most the decimals of their currency.',
      dependentRequired: identity,
      ...somebody,
      ...(type === 'refund' ? { not: { required: ['items', 'amount'] } } : {}),
    };
  const hasPrice = 'unit_price' in eventSchemas[type].shape;
  return { dependentRequired: { ...identity, ...(hasPrice ? { unit_price: ['currency'] } : {}) }, ...somebody };
}

/** What a client may send: the schemas as JSON Schema, by event type. */
function eventComponents(): Record<string, unknown> {
  return Object.fromEntries(
    eventTypes.map((type) => {
      const { $schema: _, ...schema } = z.toJSONSchema(eventSchemas[type], { io: 'input', unrepresentable: 'any' });
      return [type, { ...schema, ...rulesOf(type) }];
    }),
  );
}

const eventComponent = {
  oneOf: eventTypes.map(ref),
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(eventTypes.map((type) => [type, ref(type).$ref])),
  },
};

const batchComponent = {
  type: 'object',
  required: ['events'],
  additionalProperties: false,
  properties: {
    events: { type: 'array', minItems: 1, maxItems: MAX_EVENTS_PER_BATCH, items: ref('Event') },
    sent_at: {
      type: 'string',
      format: 'date-time',
      description: 'when the batch was sent, by the clock of the events',
    },
  },
};

const acceptedComponent = {
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: { accepted: { type: 'integer' }, rejected: { type: 'array', items: ref('Verdict') } },
};

const eventsPath = {
  post: {
    summary: 'Sends one event or a batch. Each event has its own verdict; 202 stands for what is durable.',
    security: [{ apiKey: [] }, { bearer: [] }],
    requestBody: {
      required: true,
      description: 'JSON in UTF-8, at most 1 MiB unpacked; `content-encoding` gzip and deflate are understood.',
      content: {
        'application/json': { schema: { oneOf: [ref('Event'), ref('Batch')] } },
        'text/plain': {
          schema: { type: 'string', description: 'the same JSON, as browsers send it without preflight' },
        },
      },
    },
    responses: {
      202: answer('Accepted, but for the events under `rejected`.', 'Accepted'),
      ...problems(400, 401, 403, 405, 413, 415, 429, 500, 503),
    },
  },
};

const publicPath = (summary: string, schema: string, statuses: Record<string, unknown> = {}) => ({
  get: { summary, security: [], responses: { 200: answer(summary, schema), ...statuses } },
});

const healthPath = (summary: string) =>
  publicPath(summary, 'Health', { 503: answer('A part does not answer.', 'Health') });

/** The OpenAPI 3.1 document of the whole API. A route that is not in it does not exist. */
export function apiDocument(): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'BazaarStream', version: '1', description: 'Shop events in, recommendations out.' },
    paths: {
      '/events': eventsPath,
      ...dialectPaths,
      ...recommendationPaths,
      ...cataloguePaths,
      ...peoplePaths,
      '/health': healthPath('The parts behind the events route and their state.'),
      '/health/database': healthPath('The database behind the recommendations and its state.'),
      '/openapi.json': publicPath('This document.', 'Document'),
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
        ...dialectSecurity,
      },
      schemas: {
        ...eventComponents(),
        Event: eventComponent,
        Batch: batchComponent,
        Verdict: verdictSchema('event_id', verdictCodes),
        Accepted: acceptedComponent,
        Problem: problemSchema,
        Health: { type: 'object', properties: { status: { type: 'string' }, parts: { type: 'object' } } },
        Document: { type: 'object' },
        ...dialectSchemas,
        ...recommendationSchemas,
        ...catalogueSchemas,
        ...peopleSchemas,
      },
    },
  };
}
