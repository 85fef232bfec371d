import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { partitionByKey } from '../../ingestion/partition-by-key.ts';

const partitionsOf = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] },
  }));

test('gives every key the partition that kafkajs gives it, so that a visitor stays where he is', () => {
  const [ours, kafkajs] = [partitionByKey(), Partitioners.DefaultPartitioner()];
  const key = fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }));
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 100 }), (key, count) => {
      const question = { topic: 'purchases', partitionMetadata: partitionsOf(count), message: { key, value: 'v' } };
      expect(ours(question)).toBe(kafkajs(question));
    }),
    { numRuns: 1_000 },
  );
});
