import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aView, eventsApi } from './events-api.ts';

const BODIES: [
  what: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  status: number,
][] = [
  ['no JSON', 'not json', {}, 400],
  ['nothing', '', {}, 400],
  ['NaN', '{"type":"product_view","user_id":"u","product_id":"p","currency":"EUR","unit_price":NaN}', {}, 400],
  [
    'a number that none holds',
    JSON.stringify(aView({ currency: 'EUR', unit_price: 0 })).replace('0}', '1e999}'),
    {},
    400,
  ],
  ['an object cut off', '{"type":"product_view"', {}, 400],
  ['two documents', '{}{}', {}, 400],
  ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
  ['an empty batch', '{"events":[]}', {}, 400],
  ['events that are no list', '{"events":{}}', {}, 400],
  ['a field beside events', '{"events":[{}],"source":"x"}', {}, 400],
  ['a sent_at that is no time', '{"events":[{}],"sent_at":"yesterday"}', {}, 400],
  ['501 events', JSON.stringify({ events: Array(501).fill(aView()) }), {}, 400],
  ['more than 1 MiB', JSON.stringify({ events: [aView({ name: 'x'.repeat(1024 * 1024) })] }), {}, 413],
  [
    '20,000 levels of nesting in a field',
    `{"type":"product_view","x":${'{"x":'.repeat(20_000)}1${'}'.repeat(20_001)}`,
    {},
    400,
  ],
  ['100,000 levels of nesting', '['.repeat(100_000) + ']'.repeat(100_000), {}, 400],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['brotli', 'x', { 'content-encoding': 'br' }, 415],
  ['broken gzip', 'x', { 'content-encoding': 'gzip' }, 400],
  ['a gzip bomb', new Uint8Array(gzipSync(Buffer.alloc(50 * 1024 * 1024))), { 'content-encoding': 'gzip' }, 413],
];

test.each(BODIES)('answers %s with a problem document and publishes nothing', async (_, body, headers, status) => {
  const { send, publisher } = eventsApi();
  const response = await send(body, 'sk', headers);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  expect(publisher.records).toEqual([]);
});

test('takes gzip, and text/plain as browsers send it when a page closes', async () => {
  const { send, publisher } = eventsApi();
  const packed = new Uint8Array(gzipSync(JSON.stringify({ events: [aView()] })));
  expect((await send(packed, 'sk', { 'content-encoding': 'gzip' })).status).toBe(202);
  expect((await send(JSON.stringify(aView()), 'pk', { 'content-type': 'text/plain;charset=UTF-8' })).status).toBe(202);
  expect(publisher.records).toHaveLength(2);
});

test('gives a verdict for every event and never fails, whatever JSON is posted', async () => {
  const { post, publisher, faults } = eventsApi();
  const mutated = fc.record({
    field: fc.constantFrom('type', 'user_id', 'product_id', 'context', 'unit_price', 'x'),
    value: fc.jsonValue(),
  });
  const event = fc.oneof(
    fc.jsonValue(),
    mutated.map(({ field, value }) => aView({ [field]: value })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
      publisher.records.length = 0;
      const { status, answer } = await post({ events });
      expect([202, 400]).toContain(status);
      expect((answer.accepted ?? 0) + (answer.rejected?.length ?? 0)).toBe(events.length);
      expect(publisher.records).toHaveLength(answer.accepted ?? 0);
    }),
    { numRuns: 500 },
  );
  expect(faults).toEqual([]);
});
