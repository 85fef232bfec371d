import { expect, test } from 'vitest';
import { ADDED, VIEWED } from '../../../ml/history/history.ts';
import { createHistoryBuilder } from '../../../ml/history/history-builder.ts';
import { visitsOf } from '../../../ml/history/visits.ts';
import { interactionsOf } from '../../../ml/pairs/interaction-matrix.ts';
import type { PairList } from '../../../ml/pairs/pair-list.ts';
import { rulePairs } from '../../../ml/pairs/rule-pairs.ts';
import { createTopList } from '../../../ml/pairs/top-list.ts';
import { visitPairs } from '../../../ml/pairs/visit-pairs.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const ann = { id: 'ann', isAnonymous: false };
const bob = { id: 'bob', isAnonymous: false };
const ALIKE = { view: 1, add_to_cart: 1, purchase: 1 };
const COSINE = {
  power: 0.5,
  lengthPower: 0,
  shrinkage: 0,
  halfLifeShare: Number.POSITIVE_INFINITY,
  eventWeights: ALIKE,
};

/** Ann: a b in one visit, a c in the next; Bob: a b b. Products a, b, c are 0, 1, 2. */
function shop() {
  const builder = createHistoryBuilder();
  const view = (person: typeof ann, productId: string, seconds: number) =>
    builder.add({ person, productId, seconds, kind: VIEWED });
  view(bob, 'b', 210);
  view(ann, 'b', 60);
  view(ann, 'a', 0);
  view(ann, 'a', 60 + HOUR_SECONDS + 1);
  view(ann, 'c', 60 + HOUR_SECONDS + 20);
  view(bob, 'b', 240);
  view(bob, 'a', 200);
  return builder.finish();
}

function valuesOf({ starts, neighbours, values }: PairList, product: number): Record<number, number> {
  const places = Array.from(neighbours.subarray(starts[product], starts[product + 1]).keys());
  const first = Number(starts[product]);
  return Object.fromEntries(places.map((place) => [neighbours[first + place], values[first + place]]));
}

test('visits end after an hour’s pause and stand in the order in which they ended', () => {
  const visits = visitsOf(shop());
  expect([...visits.people]).toEqual([0, 1, 0]);
  expect([...visits.firsts].map((first, visit) => Number(visits.ends[visit]) - first)).toEqual([2, 3, 2]);
  expect(visitsOf(shop(), 215).count).toBe(2);
});

test('products are near by the share of their visits in common', () => {
  const history = shop();
  const near = valuesOf(visitPairs(visitsOf(history), 3, COSINE), 0);
  expect(near[1]).toBeCloseTo(2 / Math.sqrt(3 * 2));
  expect(near[2]).toBeCloseTo(1 / Math.sqrt(3));
});

test('with a half-life of the history the newer visit says more', () => {
  const history = shop();
  const near = valuesOf(visitPairs(visitsOf(history), 3, { ...COSINE, halfLifeShare: 0.1 }), 0);
  expect(near[2]).toBeGreaterThan(Number(near[1]));
});

test('what followed sooner follows more', () => {
  const history = shop();
  const rules = rulePairs(history, visitsOf(history));
  expect(valuesOf(rules, 0)[1]).toBeCloseTo((1 + 1 + 1 / 2) / (3 + 3));
  expect(valuesOf(rules, 1)).toEqual({});
});

test('touches add up by kind and age; who touched one product is left out', () => {
  const builder = createHistoryBuilder();
  builder.add({ person: ann, productId: 'a', seconds: 0, kind: VIEWED });
  builder.add({ person: ann, productId: 'a', seconds: DAY_SECONDS, kind: ADDED });
  builder.add({ person: ann, productId: 'b', seconds: DAY_SECONDS, kind: VIEWED });
  builder.add({ person: ann, productId: 'c', seconds: 2 * DAY_SECONDS, kind: VIEWED });
  builder.add({ person: bob, productId: 'b', seconds: DAY_SECONDS, kind: VIEWED });
  const { matrix, people } = interactionsOf(builder.finish(), {
    eventWeights: { view: 1, add_to_cart: 3, purchase: 5 },
    halfLifeDays: 1,
    before: 2 * DAY_SECONDS,
    maxPeople: 10,
  });
  expect([...people]).toEqual([0]);
  const row = Object.fromEntries(Array.from(matrix.columns, (product, place) => [product, matrix.values[place]]));
  expect(row).toEqual({ 0: 0.25 + 1.5, 1: 0.5 });
});

test('the best of a list are kept in order, the lower number first of equals', () => {
  const top = createTopList(3);
  for (const [product, value] of [
    [5, 1],
    [2, 3],
    [9, 2],
    [4, 3],
    [1, 1],
  ] as const)
    top.offer(product, value);
  expect([...top.products.subarray(0, top.count)]).toEqual([2, 4, 9]);
});
