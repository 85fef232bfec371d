import { test } from 'vitest';
import { fuzzDecoder, fuzzRequests, senders } from '../fuzz/fuzz.ts';

/** Of values of a topic; of bodies sent to each route a quarter of it. */
const CASES = 100_000;
const TIMEOUT_MS = 1_800_000;

test.each(senders)(
  `answers ${CASES} bodies sent to %s as the API document says`,
  (path) => fuzzRequests(path, CASES),
  TIMEOUT_MS,
);

test('reads so many values of a topic', () => fuzzDecoder(CASES), TIMEOUT_MS);
