import { expect, test } from 'vitest';
import { createNextProductTally } from '../../../ml/evaluation/next-product.ts';
import { personMetrics } from '../../../ml/evaluation/person-metrics.ts';

const catalogue = new Map(['a', 'b', 'c', 'd'].map((product, index) => [product, index]));

test('next products: hits, places, hits on what is not in the prefix, and what of the catalogue was shown', () => {
  const rows = [
    { prefix: ['a'], target: 'b' },
    { prefix: ['a', 'b'], target: 'a' },
    { prefix: ['b'], target: 'c' },
    { prefix: ['b'], target: 'unknown' },
  ];
  const tally = createNextProductTally(rows, catalogue);
  tally.add(1, ['b', 'c', 'x', 'a']);
  tally.add(0, ['b', 'a']);
  tally.add(2, []);
  expect(tally.metrics()).toEqual({
    hr_at_20: 2 / 4,
    mrr_at_20: (1 + 1 / 4) / 4,
    novel_hr_at_20: 1 / 3,
    novel_share: 1 / 2,
    coverage: 3 / 4,
  });
});

test('a target in place 21 is a miss, and its product is not shown', () => {
  const list = [...Array.from({ length: 20 }, (_, n) => `x${n}`), 'b'];
  const tally = createNextProductTally([{ prefix: ['a'], target: 'b' }], catalogue);
  tally.add(0, list);
  expect(tally.metrics()).toMatchObject({ hr_at_20: 0, mrr_at_20: 0, coverage: 0 });
});

test('what would be divided by nothing is null and not a number that looks good', () => {
  const tally = createNextProductTally([{ prefix: ['a'], target: 'a' }], catalogue);
  expect(tally.metrics()).toMatchObject({ hr_at_20: 0, novel_hr_at_20: null, novel_share: null });
  expect(personMetrics([])).toEqual({ recall_at_20: null, ndcg_at_20: null });
});

test('by person: the share found of what each came to, and its places against the best ones', () => {
  const ideal = 1 + 1 / Math.log2(3);
  const metrics = personMetrics([
    { relevant: ['a', 'b'], list: ['x', 'a'] },
    { relevant: ['c'], list: ['c'] },
  ]);
  expect(metrics.recall_at_20).toBeCloseTo((1 / 2 + 1) / 2, 12);
  expect(metrics.ndcg_at_20).toBeCloseTo((1 / Math.log2(3) / ideal + 1) / 2, 12);
});

test('a person who came to more than a list holds can reach an NDCG of 1 and no recall of 1', () => {
  const relevant = Array.from({ length: 40 }, (_, n) => `p${n}`);
  expect(personMetrics([{ relevant, list: relevant }])).toEqual({ recall_at_20: 0.5, ndcg_at_20: 1 });
});
