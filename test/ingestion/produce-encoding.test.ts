import fc from 'fast-check';
import definition, { type ProduceCall } from 'kafkajs/src/protocol/requests/produce/index.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeProduceOurselves } from '../../ingestion/produce-encoding.ts';

const kafkajsOwn = definition.protocol({ version: 7 });
encodeProduceOurselves();
const ours = definition.protocol({ version: 7 });

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-01T12:00:00Z'), toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const messages = fc.array(
  fc.record({ key: fc.string({ unit: 'grapheme' }), value: fc.string({ unit: 'grapheme', maxLength: 5_000 }) }),
  { minLength: 1, maxLength: 150 },
);
const call: fc.Arbitrary<ProduceCall> = fc.record({
  acks: fc.constant(-1),
  timeout: fc.integer({ min: 1, max: 60_000 }),
  producerId: fc.constant(-1),
  topicData: fc.array(
    fc.record({
      topic: fc.constantFrom('product_views', 'cart_events', 'purchases'),
      partitions: fc.array(fc.record({ partition: fc.nat(11), firstSequence: fc.constant(0), messages }), {
        maxLength: 4,
      }),
    }),
    { maxLength: 3 },
  ),
});

const bytesOf = async (make: typeof ours, produce: ProduceCall) => (await make(produce).request.encode()).buffer;

test('sends the bytes that kafkajs would have sent, whatever the records', async () => {
  await fc.assert(
    fc.asyncProperty(call, async (produce) => {
      expect((await bytesOf(ours, produce)).equals(await bytesOf(kafkajsOwn, produce))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('sends them from one buffer of its own, not from those of kafkajs', async () => {
  const partitions = [{ partition: 0, firstSequence: 0, messages: [{ key: 'k', value: 'v' }] }];
  const produce = { acks: -1, timeout: 1, producerId: -1, topicData: [{ topic: 'purchases', partitions }] };
  const [own, kafkajs] = [await ours(produce).request.encode(), await kafkajsOwn(produce).request.encode()];
  expect([own.constructor.name, kafkajs.constructor.name]).toEqual(['Object', 'Encoder']);
});

test.each<[what: string, more: Partial<ProduceCall>, message: object]>([
  ['with headers', {}, { headers: { trace: 'x' } }],
  ['with a time', {}, { timestamp: '1793534400000' }],
  ['without a key', {}, { key: null }],
  ['with bytes for a value', {}, { value: Buffer.from('v') }],
  ['of a producer that is numbered', { producerId: 7 }, {}],
  ['of a transaction', { transactionalId: 't' }, {}],
])('leaves records %s to kafkajs', async (_, more, message) => {
  const messages = [{ key: 'k', value: 'v', ...message }];
  const topicData = [{ topic: 'purchases', partitions: [{ partition: 0, firstSequence: 0, messages }] }];
  const made = await ours({ acks: -1, timeout: 1, producerId: -1, topicData, ...more }).request.encode();
  expect(made.constructor.name).toBe('Encoder');
});
