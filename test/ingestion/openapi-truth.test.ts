import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventSchema, eventTypes } from '../../events/event.ts';
import { apiDocument } from '../../ingestion/openapi/document.ts';
import { dialectApi, track } from './dialects/dialect-api.ts';
import { aPurchase, aView, eventsApi } from './events-api.ts';

type Operation = { responses: Record<string, unknown>; security?: unknown[]; requestBody?: unknown };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };
const document = JSON.parse(JSON.stringify(apiDocument())) as Document;

const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(document, 'api');
const conforms = (name: string, value: unknown): boolean =>
  validator.validate(`api#/components/schemas/${name}`, value) === true;

type EventComponent = { properties: Record<string, unknown>; required: string[] };
const schemaOf = (type: string) => document.components.schemas[type] as EventComponent;

const VALID: Record<string, unknown> = {
  event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3',
  occurred_at: '2026-11-01T12:00:00Z',
  user_id: 'u',
  anonymous_id: 'a',
  session_id: 's',
  product_id: 'p',
  order_id: 'o',
  cart_id: 'c',
  name: 'n',
  quantity: 1,
  currency: 'EUR',
  unit_price: '9.50',
  discount: 1,
  tax: 0.5,
  amount: 2,
  items: [{ product_id: 'p', quantity: 1, unit_price: 9.5 }],
  context: { page_url: 'https://shop.example' },
  consent: { storage: true, personalisation: false },
};
const strange = fc.oneof(
  fc.constantFrom('', 'x'.repeat(201), 'eur', '1', '01', '1e3', 0, -1, 1.5, 1_000_001, true, [], {}),
  fc.constantFrom([{ product_id: 'p', quantity: 0 }], [{ product_id: 'p', quantity: 1, tax: 1 }], { colour: 'x' }),
);

describe.each(eventTypes)('the schema of %s in the document', (type) => {
  const { properties, required } = schemaOf(type);
  const fields = Object.keys(properties).filter((name) => name in VALID);
  const twist = fc.option(fc.tuple(fc.constantFrom(...fields, 'colour'), strange), { freq: 2 });
  /** Some of the fields, now and then one that is missing, strange or unknown. */
  const event = fc
    .tuple(fc.subarray(fields), fc.option(fc.constantFrom(...fields)), twist)
    .map(([some, left, twisted]) => {
      const names = [...some, ...required, 'user_id'].filter((name) => name in VALID && name !== left);
      const values = Object.fromEntries(names.map((name) => [name, VALID[name]]));
      return { type, ...values, ...(twisted === null ? {} : { [twisted[0]]: twisted[1] }) };
    });

  test('takes what the server takes and refuses what has another shape', () => {
    fc.assert(
      fc.property(event, (value) => {
        const issues = eventSchema.safeParse(value).error?.issues ?? [];
        if (issues.length === 0) expect([value, conforms(type, value)]).toEqual([value, true]);
        // Amounts against each other and against their currency are said in words alone.
        if (issues.some(({ code }) => code !== 'custom'))
          expect([value, conforms(type, value)]).toEqual([value, false]);
      }),
      { numRuns: 500 },
    );
  });
});

test('describes every answer of POST /events', async () => {
  const { post } = eventsApi({ rateLimit: { perSecond: 1, burst: 1 } });
  const declared = Object.keys(document.paths['/events']?.post?.responses ?? {});
  const answers = [
    await post({ events: [aView(), 7] }),
    await post({ events: [7] }),
    await post('no'),
    await post(aView(), 'sk', { 'x-api-key': 'no' }),
    await post(aPurchase(), 'pk'),
    await post(aView(), 'pk'),
    await post(aView(), 'sk', { 'content-type': 'text/html' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 400, 400, 401, 403, 429, 415]);
  for (const { status, answer } of answers) {
    expect(declared).toContain(String(status));
    expect(conforms(status === 202 ? 'Accepted' : 'Problem', answer)).toBe(true);
  }
});

test('describes what its dialects take and answer', async () => {
  const { segment, ga4 } = dialectApi({ defaultCurrencies: { server: 'EUR' } });
  const bodies = [
    [
      'SegmentBatch',
      { batch: [track('Product Added', { product_id: 'p', price: 1 })], sentAt: '2026-11-01T11:00:00Z' },
    ],
    ['Ga4Request', { client_id: 1, events: [{ name: 'begin_checkout', params: {} }] }],
  ] as const;
  for (const [name, body] of bodies) expect([body, conforms(name, body)]).toEqual([body, true]);
  const taken = await segment([...bodies[0][1].batch, 7]);
  expect([taken.status, conforms('SegmentAnswer', taken.answer), taken.answer.warnings]).toMatchObject([
    200,
    true,
    [{}],
  ]);
  const collected = await ga4(bodies[1][1].events);
  expect([collected.status, conforms('Ga4Answer', collected.answer)]).toEqual([200, true]);
  for (const refused of [await segment([7]), await ga4([7]), await segment([])])
    expect([refused.status, conforms('Problem', refused.answer)]).toEqual([400, true]);
});

test('serves every path of the ingestion function that the document names, with its methods and no other', async () => {
  const { app } = eventsApi();
  for (const path of ['/events', '/v1/batch', '/mp/collect', '/health', '/openapi.json']) {
    const methods = Object.keys(document.paths[path] ?? {}).map((method) => method.toUpperCase());
    expect(methods).not.toEqual([]);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await app.request(path, { method });
      if (methods.includes(method)) expect([404, 405]).not.toContain(status);
      else expect(status).toBe(405);
    }
  }
});
