import { expect, test } from 'vitest';
import { assignVariant } from '../../../ml/evaluation/assign-variant.ts';

const people = Array.from({ length: 20_000 }, (_, n) => `person-${n}`);
const shares = (first: number, second: number) => [
  { variant: 'trained', share: first },
  { variant: 'trending', share: second },
];
const assign = (experiment: string, first: number, second: number) =>
  people.map((person) => assignVariant(experiment, person, shares(first, second)));

test('a person always gets the same variant, and each variant its share of people', () => {
  const assigned = assign('winter', 30, 70);
  expect(assign('winter', 0.3, 0.7)).toEqual(assigned);
  const part = assigned.filter((variant) => variant === 'trained').length / people.length;
  // Four standard deviations of a share of .3 among 20,000.
  expect(Math.abs(part - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / people.length));
});

test('another experiment mixes people anew', () => {
  const [winter, spring] = [assign('winter', 1, 1), assign('spring', 1, 1)];
  const same = winter.filter((variant, index) => variant === spring[index]).length / people.length;
  expect(Math.abs(same - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / people.length));
});

test('a greater share of the first variant moves nobody out of it', () => {
  const [small, great] = [assign('winter', 10, 90), assign('winter', 60, 40)];
  expect(small.filter((variant, index) => variant === 'trained' && great[index] !== 'trained')).toEqual([]);
});
