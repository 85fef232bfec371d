import { expect, test } from 'vitest';
import { type InPlaceMetrics, reasonToRefuse } from '../../../ml/training/compare-models.ts';

const reached = (hr_at_20: number, mrr_at_20: number) => ({
  examples: 1000,
  hr_at_20,
  mrr_at_20,
  novel_hr_at_20: null,
});
const judge = (inPlace: Partial<InPlaceMetrics> | null, model = reached(0.5, 0.25)) =>
  reasonToRefuse({
    model,
    popularity: reached(0.1, 0.03),
    item_knn: reached(0.6, 0.3),
    in_place: inPlace && {
      ...{ model_version: 'old', is_recorded: false, model, in_place: reached(0.5, 0.25) },
      ...inPlace,
    },
  });

test('a model must beat popularity in both measures', () => {
  expect(judge(null)).toBeUndefined();
  expect(judge(null, reached(0.2, 0.02))).toBe(
    'worse than popularity: hit rate 0.2000, mrr 0.0200 against hit rate 0.1000, mrr 0.0300',
  );
});

test('chance may make a little difference to the model in place, and other days some more', () => {
  expect(judge({ in_place: reached(0.52, 0.25) })).toBeUndefined();
  expect(judge({ in_place: reached(0.54, 0.25) })).toContain('worse than old');
  expect(judge({ in_place: reached(0.5, 0.27) })).toContain('worse than old');
  expect(judge({ in_place: reached(0.54, 0.27), is_recorded: true })).toBeUndefined();
  expect(judge({ in_place: reached(0.57, 0.25), is_recorded: true })).toContain('worse than old');
});
