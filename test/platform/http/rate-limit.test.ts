import { expect, test } from 'vitest';
import { createBuckets } from '../../../platform/http/rate-limit.ts';

/** Buckets on a clock that stands still until the test moves it. */
function bucketsAt(limit: { perSecond: number; burst: number }) {
  let nowMs = 0;
  const buckets = createBuckets(limit, () => nowMs);
  const pass = (name: string, times: number) => Array.from({ length: times }, () => buckets.take(name) === 0);
  return { buckets, pass, wait: (ms: number) => (nowMs += ms) };
}

test('lets a burst pass, then as many as the rate allows', () => {
  const { pass, wait } = bucketsAt({ perSecond: 2, burst: 3 });
  expect(pass('a', 4)).toEqual([true, true, true, false]);
  wait(500);
  expect(pass('a', 2)).toEqual([true, false]);
  wait(60_000);
  expect(pass('a', 4)).toEqual([true, true, true, false]);
});

test('says how long to wait, and whoever waits that long passes', () => {
  const { buckets, pass, wait } = bucketsAt({ perSecond: 4, burst: 1 });
  pass('a', 1);
  const seconds = buckets.take('a');
  expect(seconds).toBeCloseTo(0.25);
  wait(seconds * 1000);
  expect(buckets.take('a')).toBe(0);
});

test('does not punish who asks too often with a longer wait', () => {
  const { buckets, pass } = bucketsAt({ perSecond: 1, burst: 1 });
  pass('a', 50);
  expect(buckets.take('a')).toBeCloseTo(1);
});

test('counts each key and address by itself', () => {
  const { pass } = bucketsAt({ perSecond: 1, burst: 1 });
  expect(pass('a', 2)).toEqual([true, false]);
  expect(pass('b', 2)).toEqual([true, false]);
});

test('forgets the longest unused where an attack names more senders than it may hold', () => {
  const { pass } = bucketsAt({ perSecond: 1, burst: 1 });
  pass('idle', 1);
  for (let sender = 0; sender < 5_000; sender += 1) pass(`s${sender}`, 1);
  pass('busy', 1);
  for (let sender = 5_000; sender < 10_000; sender += 1) pass(`s${sender}`, 1);
  expect(pass('busy', 1)).toEqual([false]);
  expect(pass('idle', 1)).toEqual([true]);
});
