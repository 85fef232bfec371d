import { Ajv, type AnySchema, type ErrorObject } from 'ajv';

/**
 * What Metabase's published OpenAPI document (docs/api.json of github.com/metabase/metabase) says of the requests that
 * are made here, in short: the fields that a body must have, and the kind of each that it may have. Metabase passes over
 * fields that it does not know; here they are refused, since they would be misspelt.
 */
const id = { type: 'integer', minimum: 1 };
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const text = { type: 'string', minLength: 1 };
const map = { type: 'object' };
const body = (properties: Record<string, object>, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** The kinds of dashboard filters, by Metabase's documentation; others are an error when the dashboard is read. */
const parameterTypes = ['category', 'id', 'string/=', 'number/=', 'date/single', 'date/range', 'date/all-options'];
const parameters = {
  type: 'array',
  items: body({ id: text, name: text, slug: text, type: { enum: parameterTypes } }, ['id', 'type']),
};
const mapping = body({ parameter_id: text, card_id: id, target: { type: 'array' } }, ['parameter_id', 'target']);
const dashcard = body(
  {
    id: { type: 'integer' },
    card_id: nullable(id),
    dashboard_tab_id: nullable({ type: 'integer' }),
    row: { type: 'integer', minimum: 0 },
    col: { type: 'integer', minimum: 0 },
    size_x: id,
    size_y: id,
    series: nullable({ type: 'array', items: map }),
    parameter_mappings: nullable({ type: 'array', items: mapping }),
    visualization_settings: map,
  },
  // The document does not ask for card_id; without it Metabase makes an empty card (metabase-cli issue 49).
  ['id', 'card_id', 'size_x', 'size_y', 'row', 'col'],
);
const card = {
  name: text,
  description: nullable(text),
  type: { enum: ['question', 'model', 'metric'] },
  display: text,
  visualization_settings: map,
  dataset_query: map,
  collection_id: nullable(id),
};
const dashboard = { name: text, description: nullable({ type: 'string' }), collection_id: nullable(id) };
const database = { name: text, engine: text, details: map, auto_run_queries: { type: 'boolean' } };

/** By method and path, `:id` for a number. */
const schemas: Readonly<Record<string, AnySchema>> = {
  'POST /api/database': body(
    {
      ...database,
      is_full_sync: { type: 'boolean' },
      is_on_demand: { type: 'boolean' },
      connection_source: { enum: ['admin', 'setup'] },
    },
    ['name', 'engine', 'details', 'is_full_sync', 'is_on_demand', 'connection_source'],
  ),
  'PUT /api/database/:id': body(database),
  'POST /api/collection': body({ name: text, description: nullable(text), parent_id: nullable(id) }, ['name']),
  'POST /api/card': body(card, ['name', 'dataset_query', 'display', 'visualization_settings']),
  'PUT /api/card/:id': body(card),
  'POST /api/dashboard': body(dashboard, ['name']),
  'PUT /api/dashboard/:id': body({ ...dashboard, parameters, dashcards: { type: 'array', items: dashcard } }),
};

const ajv = new Ajv({ allErrors: true });
const validators = new Map(Object.entries(schemas).map(([route, schema]) => [route, ajv.compile(schema)]));

/** What is wrong with a request; nothing when it keeps to the document. */
export function requestProblems(route: string, sent: unknown): string[] {
  const validate = validators.get(route);
  if (validate === undefined) return [`${route}: no such route`];
  return validate(sent) ? [] : (validate.errors ?? []).map((error) => `${route}${describe(error)}`);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}
