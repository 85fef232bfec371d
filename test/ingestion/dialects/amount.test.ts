import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  differenceOf,
  fromMinorUnits,
  readAmount,
  roundAmount,
  toMinorUnits,
} from '../../../ingestion/dialects/amount.ts';

test.each([
  [19.99, '19.99'],
  [0, '0'],
  [1e-7, '0.0000001'],
  [1.5e21, '1500000000000000000000'],
  [' 007.50 ', '7.50'],
  ['.5', '0.5'],
  ['5.', '5'],
])('reads %j as %s', (value, amount) => expect(readAmount(value)).toBe(amount));

test.each([-1, '-1', '', '.', 'free', '$5', '1,299.00', '19,99', '1e3', '0x10', true, null, {}, '9'.repeat(41)])(
  'takes %j for no amount',
  (value) => expect(readAmount(value)).toBeUndefined(),
);

test.each([
  ['19.990000000000002', 2, '19.99', '19.99'],
  ['6.6666667', 2, '6.67', '6.67'],
  ['3.3333333', 2, '3.33', '3.34'],
  ['0.005', 2, '0.01', '0.01'],
  ['9.999', 2, '10.00', '10.00'],
  ['1234.5', 0, '1235', '1235'],
  ['12.3456', 3, '12.346', '12.346'],
  ['12.50', 1, '12.50', '12.50'],
  ['12', 2, '12', '12'],
])('rounds %s to %i decimals: nearest %s, up %s', (decimal, decimals, nearest, up) => {
  expect(roundAmount(decimal, decimals)).toBe(nearest);
  expect(roundAmount(decimal, decimals, 'up')).toBe(up);
});

test('keeps any number of minor units on the way there and back', () => {
  const decimals = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), decimals, (units, digits) => {
      expect(toMinorUnits(fromMinorUnits(units, digits), digits)).toBe(units);
    }),
  );
});

test('subtracts what amounts of any decimals leave, and no more than there is', () => {
  expect(differenceOf('30', ['2.5', '3.25'])).toBe('24.25');
  expect(differenceOf('5', ['2.5', '2.51'])).toBeUndefined();
});
