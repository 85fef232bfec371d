import fc from 'fast-check';
import * as bodies from './bodies.ts';
import { mutated } from './mutate.ts';
import { createRequestProperty, expectDecoded } from './properties.ts';

const SENDERS = {
  '/events': bodies.batches,
  '/v1/batch': bodies.segment,
  '/mp/collect': bodies.ga4,
  '/products': bodies.catalogue,
};
export const senders = Object.keys(SENDERS) as (keyof typeof SENDERS)[];

/** Posts so many bodies, each of which began as an honest one. A failure names its seed. */
export async function fuzzRequests(path: keyof typeof SENDERS, numRuns: number): Promise<void> {
  const check = createRequestProperty();
  const body = mutated(SENDERS[path]).map((value) => JSON.stringify(value) ?? '');
  await fc.assert(
    fc.asyncProperty(body, (text) => check(path, text)),
    { numRuns },
  );
}

/** Reads so many values of a topic: records that were changed, cut, or had bytes replaced, and noise. */
export function fuzzDecoder(numRuns: number): void {
  const text = mutated(bodies.records).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
  const damage = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cuts: fc.boolean() });
  const damaged = fc.tuple(text, fc.array(damage, { maxLength: 3 })).map(([bytes, all]) =>
    all.reduce((value, { at, byte, cuts }) => {
      const place = at % Math.max(1, value.length);
      if (cuts) return value.subarray(0, place);
      value[place] = byte;
      return value;
    }, bytes),
  );
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(fc.property(fc.oneof({ weight: 9, arbitrary: damaged }, noise), expectDecoded), { numRuns });
}
