import { expect, test } from 'vitest';
import { requests, values } from './corpus.ts';
import { fuzzDecoder, fuzzRequests, senders } from './fuzz.ts';
import { createRequestProperty, expectDecoded } from './properties.ts';

/** The nightly form takes more of the same. */
const CASES = 150;

test.each(senders)(
  'whatever is sent to %s is answered as the API document says, and what is accepted can be read back',
  (path) => fuzzRequests(path, CASES),
);

test('whatever stands in a topic is an event or is set aside', () => fuzzDecoder(CASES));

test.each(requests)('so is what once broke something: $why to $path', ({ path, body }) =>
  createRequestProperty()(path, body),
);

test('so are the values of a topic that have broken others', () => {
  expect(values.length).toBeGreaterThan(10);
  for (const value of values) expectDecoded(Buffer.from(value));
});
