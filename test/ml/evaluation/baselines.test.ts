import { expect, test } from 'vitest';
import { itemKnn, popularity } from '../../../ml/evaluation/baselines.ts';
import { createSessionCollector } from '../../../ml/evaluation/session-history.ts';

function historyOf(...sessions: string[]) {
  const collector = createSessionCollector();
  for (const session of sessions) collector.add(session.split(' '));
  return collector.finish();
}

test('popularity lists what was touched most, whoever asks', () => {
  const list = popularity(historyOf('a b b', 'b c', 'c d'));
  expect(list([])).toEqual(['b', 'c', 'a', 'd']);
  expect(list(['d'])).toEqual(list([]));
});

test('item-kNN ranks by the cosine of the sessions, however often a session repeats a product', () => {
  const list = itemKnn(historyOf('a b', 'a b', 'a c', 'c d', 'c e', 'a a a a c'));
  // cos(a, b) = 2 / √(4 · 2), cos(a, c) = 2 / √(4 · 4)
  expect(list(['a'])).toEqual(['a', 'b', 'c']);
});

test('item-kNN lets the newest product count most, each distinct one once', () => {
  const list = itemKnn(historyOf('a b', 'c d'));
  expect(list(['a', 'c'])).toEqual(['c', 'd', 'a', 'b']);
  expect(list(['c', 'c', 'c', 'a'])).toEqual(['a', 'b', 'c', 'd']);
});

test('item-kNN passes over what it has never seen, and forgets one question before the next', () => {
  const list = itemKnn(historyOf('a b', 'c d'));
  expect(list(['unknown'])).toEqual([]);
  expect(list(['unknown', 'a'])).toEqual(list(['a']));
});
