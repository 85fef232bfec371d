import { expect, test } from 'vitest';
import { type Point, slopePerMinute } from '../../bench/soak/flatness.ts';
import { verdictsOf } from '../../bench/soak/verdicts.ts';
import { seededRandom } from '../../ml/seeded-random.ts';

const MINUTES = 30;
const MB = 1e6;

/** A figure each five seconds, with a tenth of noise and a burst each three minutes that doubles it. */
function seriesOf(valueAt: (minute: number) => number): Point[] {
  const random = seededRandom(3);
  return Array.from({ length: MINUTES * 12 }, (_, index) => {
    const minute = index / 12;
    const isBurst = minute % 3 > 2.7;
    return { minute, value: valueAt(minute) * (isBurst ? 2 : 1) * (0.95 + random() / 10) };
  });
}

const isFlat = (figure: string, valueAt: (minute: number) => number) =>
  verdictsOf(new Map([[figure, seriesOf(valueAt)]]), MINUTES)[0]?.isFlat;

test('a figure that stays where it is, or falls, is flat, whatever the noise and the bursts', () => {
  expect(isFlat('memory/api', () => 150 * MB)).toBe(true);
  expect(isFlat('memory/api', (minute) => (300 - 5 * minute) * MB)).toBe(true);
  expect(isFlat('lag/process-view', () => 20)).toBe(true);
});

test('what fills up in the first minutes and then stays is flat', () => {
  expect(isFlat('memory/postgres', (minute) => (150 + 150 * Math.min(1, minute / 4)) * MB)).toBe(true);
});

test.each([
  ['memory/api', (minute: number) => (150 + 2 * minute) * MB],
  ['heap/consumers', (minute: number) => (40 + 0.5 * minute) * MB],
  ['handles/api', (minute: number) => 60 + minute],
  ['connections/bazaar_writer', (minute: number) => 10 + minute / 2],
  ['lag/process-cart', (minute: number) => 20 * minute],
])('%s that leaks is not flat', (figure, valueAt) => {
  expect(isFlat(figure, valueAt)).toBe(false);
});

test('what leaks only from the middle on is not flat', () => {
  expect(isFlat('memory/api', (minute) => (150 + 4 * Math.max(0, minute - 15)) * MB)).toBe(false);
});

test('what steps up once and stays there is not flat', () => {
  expect(isFlat('handles/kafka', (minute) => (minute < 15 ? 100 : 140))).toBe(false);
});

test('what could not be read is not flat', () => {
  expect(verdictsOf(new Map([['memory/api', []]]), MINUTES)[0]?.isFlat).toBe(false);
});

test('the slope is that of the line, though every fifth point is far above it', () => {
  const points = Array.from({ length: 50 }, (_, minute) => ({
    minute,
    value: 3 * minute + (minute % 5 === 0 ? 500 : 0),
  }));
  expect(slopePerMinute(points)).toBeCloseTo(3, 1);
});
