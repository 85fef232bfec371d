import { expect, test } from 'vitest';
import { createCandidateSheet } from '../../../ml/blend/candidate-sheet.ts';
import { foldPairs } from '../../../ml/blend/folded-neighbours.ts';
import { addOwnFeatures } from '../../../ml/blend/own-features.ts';
import { addPairFeatures, type PairLists } from '../../../ml/blend/pair-features.ts';
import { randomBelow } from '../../../ml/blend/random-below.ts';
import { createScorer } from '../../../ml/blend/score.ts';
import { addVisitFeatures } from '../../../ml/blend/visit-features.ts';
import { FEATURE_COUNT, liveColumn, liveFeatures } from '../../../ml/blend/weights.ts';
import { VIEWED } from '../../../ml/history/history.ts';
import { createHistoryBuilder } from '../../../ml/history/history-builder.ts';
import { trailBefore } from '../../../ml/history/trail.ts';
import { visitsOf } from '../../../ml/history/visits.ts';
import { rulePairs } from '../../../ml/pairs/rule-pairs.ts';
import { visitPairs } from '../../../ml/pairs/visit-pairs.ts';
import { blendWeights } from '../../../ml/training/blend-weights.ts';

const below = randomBelow(11);
const history = historyOf(
  Array.from({ length: 300 }, () => Array.from({ length: 2 + below(9) }, () => `p${below(5) * 10 + below(10)}`)),
);
const visits = visitsOf(history);

/** A visitor a list, a minute between touches, an hour and more between visitors. */
function historyOf(lists: readonly string[][]) {
  const builder = createHistoryBuilder();
  lists.forEach((products, visitor) => {
    products.forEach((productId, step) => {
      const person = { id: `v${String(visitor).padStart(4, '0')}`, isAnonymous: true };
      builder.add({ person, productId, seconds: visitor * 10_000 + step * 60, kind: VIEWED });
    });
  });
  return builder.finish();
}

const options = { lengthPower: 0.5, shrinkage: 1, eventWeights: { view: 1, add_to_cart: 1, purchase: 1 } };
const pairs = (power: number) =>
  visitPairs(visits, history.productIds.length, { ...options, power, halfLifeShare: 0.5 });
const lists: PairLists = { cosine: pairs(0.7), recent: pairs(0.5), rules: rulePairs(history, visits), als: pairs(0.3) };

test('a model in two numbers a pair scores as its learnt weights do', () => {
  const learnt = Float64Array.from({ length: FEATURE_COUNT }, () => 0.1 + below(100) / 50);
  const productCount = history.productIds.length;
  const weights = blendWeights(learnt, { positionDecay: 0.7, halfLifeDays: 7 });
  const scorer = createScorer({ neighbours: foldPairs(lists, learnt, productCount), weights, visits, productCount });
  const sheet = createCandidateSheet(productCount, FEATURE_COUNT);
  for (const touch of [1500, 1601, 1702, 1783]) {
    const trail = trailBefore(history, touch);
    sheet.clear();
    addVisitFeatures(sheet, trail, visits, 0.7);
    addOwnFeatures(sheet, trail);
    addPairFeatures(sheet, trail, lists, 0.7);
    const best = scorer.best(trail, productCount);
    expect(best).toHaveLength(sheet.count);
    for (const { product, score } of best) {
      const row = Number(sheet.find(product));
      const features = sheet.values.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT);
      expect(score).toBeCloseTo(
        features.reduce((sum, value, column) => sum + value * Number(learnt[column]), 0),
        3,
      );
    }
    expect(best.map(({ product }) => scorer.rank(trail, product))).toEqual(best.map((_, place) => place + 1));
  }
});

test('the visitor’s own products gain by place, count, and what followed before', () => {
  // Newest first: b a b c a b b.
  const own = historyOf([['b', 'b', 'a', 'c', 'b', 'a', 'b', 'x']]);
  const trail = trailBefore(own, 7);
  const sheet = createCandidateSheet(4, liveFeatures.length);
  addOwnFeatures(sheet, trail);
  const featuresOf = (id: string) => {
    const row = Number(sheet.find(own.productIds.indexOf(id)));
    const features = liveFeatures.map((feature) => [
      feature,
      sheet.values[row * liveFeatures.length + liveColumn(feature)],
    ]);
    return Object.fromEntries(features.filter(([, value]) => value !== 0));
  };
  const repeat_share = Math.fround(1 - 3 / 7);
  expect(featuresOf('b')).toEqual({
    own: 1,
    own_fast: 1,
    own_slow: 1,
    last: 1,
    count: Math.fround(Math.log(4)),
    again: 1,
    repeat_share,
  });
  expect(featuresOf('a')).toMatchObject({ own_fast: 0.5, second: 1, again: 1, count: Math.fround(Math.log(2)) });
  expect(featuresOf('c')).toEqual({ own: 1, own_fast: 0.25, own_slow: Math.fround(0.64), repeat_share });
});

test('similar visits speak once for each visitor, not before they are over, and never for the visitor', () => {
  const several = historyOf([
    ['a', 'x'],
    ['a', 'y'],
    ['a', 'b', 'z'],
  ]);
  const sheet = createCandidateSheet(several.productIds.length, liveFeatures.length);
  addVisitFeatures(sheet, trailBefore(several, 5), visitsOf(several), 0.7);
  const shown = Array.from(sheet.products.subarray(0, sheet.count), (product) => several.productIds[product]);
  expect(shown.sort()).toEqual(['a', 'x', 'y']);
  const early = createCandidateSheet(several.productIds.length, liveFeatures.length);
  addVisitFeatures(early, { ...trailBefore(several, 5), seconds: 10_030 }, visitsOf(several), 0.7);
  expect(early.find(several.productIds.indexOf('y'))).toBeUndefined();
});
