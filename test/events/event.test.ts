import { expect, test } from 'vitest';
import { eventSchema } from '../../events/event.ts';
import { instant } from '../../events/fields.ts';
import { aPurchase, aRefund, aView, issuePaths } from './sample-events.ts';

const EVENT_ID = '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3';
const TIME = '2026-11-01T12:00:00Z';

test('takes either id, or both, and refuses an event of nobody', () => {
  expect(issuePaths({ type: 'product_view', product_id: 'p', user_id: 'u' })).toEqual([]);
  expect(issuePaths({ type: 'product_view', product_id: 'p', anonymous_id: 'a' })).toEqual([]);
  expect(issuePaths(aView({ anonymous_id: 'a' }))).toEqual([]);
  expect(issuePaths({ type: 'product_view', product_id: 'p' })).toEqual(['user_id']);
  expect(issuePaths({ type: 'identify', user_id: 'u' })).toEqual(['anonymous_id']);
});

test('takes event_id and occurred_at together or not at all', () => {
  expect(issuePaths(aView({ event_id: EVENT_ID, occurred_at: TIME }))).toEqual([]);
  expect(issuePaths(aView({ event_id: EVENT_ID }))).toEqual(['occurred_at']);
  expect(issuePaths(aView({ occurred_at: TIME }))).toEqual(['event_id']);
});

test('reads an event_id in capitals as the same id', () => {
  const parsed = eventSchema.parse(aView({ event_id: EVENT_ID.toUpperCase(), occurred_at: TIME }));
  expect(parsed.event_id).toBe(EVENT_ID);
});

test.each([
  '2026-11-01T12:00:00Z',
  '2026-11-01T12:00:00.123456Z',
  '2026-11-01T12:00:00+05:45',
  '2026-11-01T12:00:00-12:00',
  '2024-02-29T00:00:00Z',
  '2000-01-01T00:00:00Z',
])('keeps the time %s as it was written', (text) => expect(instant.parse(text)).toBe(text));

test.each([
  ...['2026-11-01T12:00:00', '2026-11-01', '2026-11-01 12:00:00Z', '2026-11-01T12:00Z', '2026-11-01t12:00:00z'],
  ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-01T24:00:00Z'],
  ...['2026-11-01T12:60:00Z', '2026-12-31T23:59:60Z', '2026-11-01T12:00:00.1234567Z', '2026-11-01T12:00:00+0100'],
  ...['2026-11-01T12:00:00+16:00', '2026-11-01T12:00:00+01:60', '1999-12-31T23:59:59Z', '0000-01-01T00:00:00Z'],
  ...['2100-01-01T00:00:00Z', '+012026-11-01T12:00:00Z', 'now', '', 1_793_534_400_000, null],
])('refuses %j as a time', (value) => expect(instant.safeParse(value).success).toBe(false));

test('judges the year in UTC, where the zone moves it', () => {
  expect(instant.safeParse('2000-01-01T00:00:00+01:00').success).toBe(false);
  expect(instant.safeParse('1999-12-31T23:30:00-01:00').success).toBe(true);
});

test('refuses an unknown field, an own prototype key among them, at every depth', () => {
  const withPrototype = (text: string) => issuePaths(JSON.parse(text));
  expect(issuePaths(aView({ colour: 'red' }))).toEqual(['colour']);
  expect(issuePaths(aView({ trusted: true, received_at: TIME }))).toEqual(['trusted', 'received_at']);
  expect(withPrototype('{"type":"product_view","user_id":"u","product_id":"p","__proto__":{}}')).toEqual(['__proto__']);
  expect(
    withPrototype('{"type":"product_view","user_id":"u","product_id":"p","context":{"__proto__":{"page_url":"x"}}}'),
  ).toEqual(['context.__proto__']);
  expect(withPrototype('{"type":"product_view","user_id":"u","product_id":"p","constructor":1}')).toEqual([
    'constructor',
  ]);
});

test('does not take a type from a prototype', () => {
  expect(issuePaths({ type: 'toString', user_id: 'u' })).toEqual(['type']);
  expect(issuePaths({ type: '__proto__', user_id: 'u' })).toEqual(['type']);
});

test.each([
  ['U+0000', 'a\u0000b'],
  ['a high surrogate alone', 'a\ud83d'],
  ['a low surrogate alone', '\ude00a'],
  ['surrogates in the wrong order', '\ude00\ud83d'],
])('refuses text with %s, which Postgres cannot hold', (_, text) => {
  expect(issuePaths(aView({ product_id: text }))).toEqual(['product_id']);
  expect(issuePaths(aView({ name: text }))).toEqual(['name']);
  expect(issuePaths(aView({ context: { referrer: text } }))).toEqual(['context.referrer']);
});

test('takes any other text', () => {
  for (const text of ['😀', 'ß', '\u202e', "'; drop table orders; --", '<script>', '\u0001', ' '])
    expect(issuePaths(aView({ product_id: text }))).toEqual([]);
});

test('takes an order of one to two hundred items', () => {
  const items = (count: number) => Array(count).fill({ product_id: 'p', quantity: 1, unit_price: 1 });
  expect(issuePaths(aPurchase({ items: items(200) }))).toEqual([]);
  expect(issuePaths(aPurchase({ items: items(201) }))).toEqual(['items']);
  expect(issuePaths(aPurchase({ items: [] }))).toEqual(['items']);
});

test('compares a discount with the lines exactly, to the smallest unit', () => {
  const items = [{ product_id: 'p', quantity: 1_000_000, unit_price: '999999999999.99' }];
  expect(issuePaths(aPurchase({ items, discount: '999999999999.99' }))).toEqual([]);
  const thirds = Array(3).fill({ product_id: 'p', quantity: 1, unit_price: 0.1 });
  expect(issuePaths(aPurchase({ items: thirds, discount: 0.3 }))).toEqual([]);
  expect(issuePaths(aPurchase({ items: thirds, discount: 0.31 }))).toEqual(['discount']);
});

test('takes a refund of the order, of items or of an amount, and not of both', () => {
  const items = [{ product_id: 'p', quantity: 1 }];
  expect(issuePaths(aRefund())).toEqual([]);
  expect(issuePaths(aRefund({ amount: 1 }))).toEqual([]);
  expect(issuePaths(aRefund({ items }))).toEqual([]);
  expect(issuePaths(aRefund({ items, amount: 1 }))).toEqual(['amount']);
  expect(issuePaths(aRefund({ amount: '1.001' }))).toEqual(['amount']);
});
