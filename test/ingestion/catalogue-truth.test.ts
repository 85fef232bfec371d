import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogueProductSchema } from '../../events/catalogue-product.ts';
import { apiDocument } from '../../ingestion/openapi/document.ts';
import { catalogueApi, recordingDatabase } from '../lambdas/catalogue/catalogue-api.ts';

type Operation = { responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }> };
const document = JSON.parse(JSON.stringify(apiDocument()));
const operation: Operation = document.paths['/products'].put;
const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(document, 'api');
const conforms = (name: string, value: unknown) => validator.validate(`api#/components/schemas/${name}`, value);

const VALUES: Record<string, readonly unknown[]> = {
  product_id: ['tea', '', 'x'.repeat(201), 7, null],
  name: ['Tea', null, '', 'x'.repeat(501), 7],
  category: ['drinks', null, {}],
  brand: ['Junip', null, []],
  unit_price: ['4.50', 4.5, null, '01', -1, true],
  currency: ['EUR', null, 'eur', 7],
  available: [true, false, null, 'true'],
  hidden: [true, false, null, 1],
  colour: ['red'],
};
const product = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: ['product_id'] },
);
const priced = fc.record(
  {
    product_id: fc.constant('tea'),
    name: fc.constantFrom('Tea', null),
    category: fc.constantFrom('drinks', null),
    unit_price: fc.constantFrom('4.50', 4.5),
    currency: fc.constantFrom('EUR', 'USD'),
    available: fc.boolean(),
  },
  { requiredKeys: ['product_id', 'unit_price', 'currency'] },
);

test('the schema of a product in the document takes what the server takes and refuses what it refuses', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(product, priced), (value) => {
      const isTaken = catalogueProductSchema.safeParse(value).success;
      taken += Number(isTaken);
      expect([value, conforms('Product', value)]).toEqual([value, isTaken]);
    }),
    { numRuns: 2_000 },
  );
  // Half of the 2,000 are acceptable by their making: fewer means that the property tried refusals only.
  expect(taken).toBeGreaterThan(500);
});

test('the document describes every answer of PUT /products', async () => {
  const { send, put } = catalogueApi(recordingDatabase());
  const answers = [
    await put({ product_id: 'tea' }, 7),
    await put(7),
    await send('no'),
    await send('{}', { 'x-api-key': 'no' }),
    await send('{}', {}, 'pk'),
    await send('{}', { 'content-type': 'text/html' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 401, 403, 415]);
  for (const { status, answer } of answers) {
    const [content] = Object.values(operation.responses[status]?.content ?? {});
    const name = content?.schema.$ref.split('/').at(-1) ?? 'none';
    expect([status, conforms(name, answer)]).toEqual([status, true]);
  }
});
