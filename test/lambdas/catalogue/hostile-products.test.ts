import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogueApi, recordingDatabase } from './catalogue-api.ts';

const tea = (fields: Record<string, unknown> = {}) => ({ product_id: 'tea', name: 'Tea', ...fields });

/** What is wrong, the product, the code, the field that the verdict names. */
const REFUSED: [what: string, product: unknown, code: string, path: string][] = [
  ['a number in place of a product', 7, 'not_an_object', ''],
  ['null', null, 'not_an_object', ''],
  ['an array', [], 'not_an_object', ''],
  ['no product_id', { name: 'Tea' }, 'invalid_field', 'product_id'],
  ['a product_id that is a number', tea({ product_id: 7 }), 'invalid_field', 'product_id'],
  ['an empty product_id', tea({ product_id: '' }), 'invalid_field', 'product_id'],
  ['a product_id of 201 characters', tea({ product_id: 'x'.repeat(201) }), 'invalid_field', 'product_id'],
  ['U+0000', tea({ product_id: 'a\u0000' }), 'invalid_field', 'product_id'],
  ['a lone surrogate', tea({ name: '\ud800' }), 'invalid_field', 'name'],
  ['an empty name', tea({ name: '' }), 'invalid_field', 'name'],
  ['a category of 501 characters', tea({ category: 'x'.repeat(501) }), 'invalid_field', 'category'],
  ['a brand that is a list', tea({ brand: ['Aldern'] }), 'invalid_field', 'brand'],
  ['an unknown field', tea({ colour: 'red' }), 'unknown_field', 'colour'],
  ['a price without currency', tea({ unit_price: 1 }), 'invalid_field', 'currency'],
  ['a price with null for its currency', tea({ unit_price: 1, currency: null }), 'invalid_field', 'currency'],
  ['a currency without price', tea({ currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['a currency taken back alone', tea({ currency: null }), 'invalid_field', 'unit_price'],
  ['a negative price', tea({ unit_price: -1, currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['a price of 16 digits', tea({ unit_price: '1234567890123456', currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['three decimals in euros', tea({ unit_price: '1.001', currency: 'EUR' }), 'invalid_field', 'unit_price'],
  ['a decimal in yen', tea({ unit_price: 9.5, currency: 'JPY' }), 'invalid_field', 'unit_price'],
  ['an unknown currency', tea({ unit_price: 1, currency: 'XXX' }), 'invalid_field', 'currency'],
  ['available as text', tea({ available: 'true' }), 'invalid_field', 'available'],
  ['null for hidden, which nothing else says', tea({ hidden: null }), 'invalid_field', 'hidden'],
];

test.each(REFUSED)('refuses %s by name and keeps the products beside it', async (_, product, code, path) => {
  const database = recordingDatabase();
  const { put } = catalogueApi(database);
  const { status, answer } = await put({ product_id: 'cup' }, product, { product_id: 'pot' });
  expect(status).toBe(200);
  expect(answer).toEqual({
    accepted: 2,
    rejected: [{ index: 1, product_id: expect.toBeOneOf([null, 'tea']), code, message: expect.any(String), path }],
  });
  expect(database.transactions[0]?.[1]?.params).toEqual([['cup', 'pot']]);
});

test.each(REFUSED)('answers 400 for %s alone and stores nothing', async (_, product, code) => {
  const database = recordingDatabase();
  const { status, answer } = await catalogueApi(database).put(product);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ code: 'no_product_accepted', accepted: 0, rejected: [{ index: 0, code }] });
  expect(database.transactions).toEqual([]);
});

test('refuses an own prototype key, outside and inside', async () => {
  const { send } = catalogueApi(recordingDatabase());
  const inside = await send('{"products":[{"product_id":"tea","__proto__":{"hidden":true}}]}');
  expect([inside.status, inside.answer.rejected?.[0]?.code]).toEqual([400, 'unknown_field']);
  expect((await send('{"__proto__":{},"products":[{"product_id":"tea"}]}')).status).toBe(400);
});

test('names the product that it refuses, and echoes little of what is none', async () => {
  const { put } = catalogueApi(recordingDatabase());
  expect((await put(tea({ name: 7 }))).answer.rejected?.[0]).toMatchObject({ product_id: 'tea', path: 'name' });
  const long = '\ud800'.repeat(10_000);
  for (const product of [tea({ [long]: 1 }), tea({ product_id: long }), tea({ name: long })])
    expect(JSON.stringify((await put(product)).answer).length).toBeLessThan(2_000);
});

test('says what is allowed in place of what it refuses', async () => {
  const { put } = catalogueApi(recordingDatabase());
  const messageFor = async (product: unknown) => (await put(product)).answer.rejected?.[0]?.message;
  expect(await messageFor({})).toBe('is required');
  expect(await messageFor(7)).toBe('a product must be a JSON object');
  expect(await messageFor(tea({ unit_price: true, currency: 'EUR' }))).toContain('such as 12.5');
  expect(await messageFor(tea({ currency: 'EUR' }))).toBe('unit_price is required beside currency');
});

test('gives a verdict for every product and never fails, whatever JSON is sent', async () => {
  const database = recordingDatabase();
  const { put, faults } = catalogueApi(database);
  const fields = fc.constantFrom('product_id', 'name', 'unit_price', 'currency', 'available', 'hidden', 'x');
  const product = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fields, fc.jsonValue()).map((twisted) => tea(twisted)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(product, { minLength: 1, maxLength: 5 }), async (products) => {
      const { status, answer } = await put(...products);
      expect([200, 400]).toContain(status);
      expect((answer.accepted ?? 0) + (answer.rejected?.length ?? 0)).toBe(products.length);
    }),
    { numRuns: 500 },
  );
  expect(faults).toEqual([]);
});
