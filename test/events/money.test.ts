import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencyCodes, currencyDecimals } from '../../events/currencies.ts';
import { decimalsOf, money } from '../../events/fields.ts';
import { aPurchase, aView, issuePaths } from './sample-events.ts';

test.each([
  [12.5, '12.5'],
  [0, '0'],
  [-0, '0'],
  [0.1, '0.1'],
  [19.99, '19.99'],
  [999_999_999_999_999, '999999999999999'],
  ['12.50', '12.50'],
  ['0.001', '0.001'],
  ['123456789012.345', '123456789012.345'],
])('reads %j as the decimal that was written', (value, text) => {
  expect(money.parse(value)).toBe(text);
});

test.each([
  ...[-1, '-1', '+1', '-0', Number.NaN, Number.POSITIVE_INFINITY, 1e21, 1e-7, 1_234_567_890_123_456],
  ...['', ' 1', '1 ', '1,5', '1.', '.5', '01', '1e3', '0x10', 'NaN', '١', '1234567890123456', '0.0000000000000001'],
  ...[null, true, [], {}, [1]],
])('refuses %j as an amount', (value) => {
  const parsed = money.safeParse(value);
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining('such as 12.5')]);
});

test('keeps every amount of at most fifteen digits, as number and as text', () => {
  const amount = fc.tuple(fc.nat(999_999_999), fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(amount, ([minor, decimals]) => {
      const text = (minor / 10 ** decimals).toFixed(decimals);
      expect(money.parse(text)).toBe(text);
      expect(Number(money.parse(Number(text)))).toBe(Number(text));
    }),
  );
});

test.each([
  ['EUR', 2],
  ['USD', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['KWD', 3],
  ['TND', 3],
  ['CLF', 4],
  ['XCG', 2],
])('gives %s %i decimals', (code, decimals) => {
  expect(currencyDecimals(code)).toBe(decimals);
});

test.each(['eur', 'EURO', 'XXX', 'XTS', 'XAU', 'BTC', '', 'EUR '])('knows no currency %j', (code) => {
  expect(currencyDecimals(code)).toBeUndefined();
});

test('lists each currency once, three capitals each', () => {
  expect(new Set(currencyCodes).size).toBe(currencyCodes.length);
  expect(currencyCodes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
});

test.each([
  ['KWD', '1.234', '1.2345'],
  ['EUR', '1.23', '1.234'],
  ['JPY', '123', '123.4'],
])('takes a price in %s up to %s and refuses %s', (currency, fits, tooFine) => {
  const line = (unit_price: string) => [{ product_id: 'p', quantity: 1, unit_price }];
  expect(issuePaths(aView({ currency, unit_price: fits }))).toEqual([]);
  expect(issuePaths(aView({ currency, unit_price: tooFine }))).toEqual(['unit_price']);
  expect(issuePaths(aPurchase({ currency, items: line(fits) }))).toEqual([]);
  expect(issuePaths(aPurchase({ currency, items: line(tooFine) }))).toEqual(['items.0.unit_price']);
});

test('does not count zeros at the end as decimals', () => {
  expect(decimalsOf('1.500')).toBe(1);
  expect(issuePaths(aView({ currency: 'JPY', unit_price: '100.00' }))).toEqual([]);
});

test('refuses a price without currency, and takes a currency without price', () => {
  expect(issuePaths(aView({ unit_price: 1 }))).toEqual(['currency']);
  expect(issuePaths(aView({ currency: 'EUR' }))).toEqual([]);
});
