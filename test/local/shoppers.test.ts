import { expect, test } from 'vitest';
import { eventSchema, type ShopEvent } from '../../events/event.ts';
import { crowd } from '../../local/shoppers/crowd.ts';
import { drive } from '../../local/shoppers/drive.ts';
import { startContractServer } from './contract-server.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const options = { seed: 7, users: 300, rate: 20, startMs: START_MS };

function take(count: number, more: object = {}): ShopEvent[] {
  const events = crowd({ ...options, ...more });
  return Array.from({ length: count }, () => eventSchema.parse(events.next().value.event));
}
const sample = take(20_000);
const ofType = <T extends ShopEvent['type']>(type: T) =>
  sample.filter((event): event is Extract<ShopEvent, { type: T }> => event.type === type);

test('gives the same events for the same seed and start, and other events for another', () => {
  expect(take(500)).toEqual(sample.slice(0, 500));
  expect(take(500, { seed: 8 })).not.toEqual(sample.slice(0, 500));
  const later = new Set(take(500, { startMs: START_MS + 1 }).map((event) => event.event_id));
  expect(sample.slice(0, 500).some((event) => later.has(event.event_id))).toBe(false);
});

test('keeps the rate in the times of its events and repeats no id', () => {
  expect(Date.parse(sample.at(-1)?.occurred_at ?? '') - START_MS).toBe((19_999 / 20) * 1000);
  expect(new Set(sample.map((event) => event.event_id)).size).toBe(sample.length);
});

test('looks like a shop: every kind of event, few products with most views, most carts abandoned', () => {
  for (const type of ['add_to_cart', 'remove_from_cart', 'begin_checkout', 'identify', 'purchase', 'refund'] as const)
    expect(ofType(type).length, type).toBeGreaterThan(5);
  const views = Map.groupBy(ofType('product_view'), (event) => event.product_id);
  const counts = [...views.values()].map((list) => list.length).sort((a, b) => b - a);
  const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, count) => sum + count, 0);
  expect(top / ofType('product_view').length).toBeGreaterThan(0.4);
  expect(ofType('purchase').length).toBeLessThan(ofType('add_to_cart').length / 2);
});

test('keeps a session within one taste for most of its views', () => {
  const sessions = Map.groupBy(ofType('product_view'), (event) => event.session_id);
  let same = 0;
  for (const views of sessions.values()) {
    const tastes = Map.groupBy(views, (event) => event.category?.split('.')[0]);
    same += Math.max(...[...tastes.values()].map((list) => list.length));
  }
  expect(same / ofType('product_view').length).toBeGreaterThan(0.8);
});

test('identifies a visitor before they pay, refunds only orders that exist, removes only what was added', () => {
  expect(ofType('purchase').every((event) => event.user_id !== undefined)).toBe(true);
  const orders = new Set(ofType('purchase').map((event) => event.order_id));
  expect(ofType('refund').every((event) => orders.has(event.order_id))).toBe(true);
});

test('sends what is due, counts the verdicts and stops when told to', async () => {
  const server = await startContractServer();
  const stop = new AbortController();
  const events = crowd({ ...options, rate: 200, startMs: Date.now() });
  setTimeout(() => stop.abort(), 1_000);
  const result = await drive({ url: server.url, key: 'k' }, events, { stop: stop.signal, giveUpAfterMs: 1_000 });
  await server.close();
  expect(result).toMatchObject({ sent: server.accepted.length, accepted: server.accepted.length, rejected: 0 });
  expect(result.ackMs).toHaveLength(result.sent);
  expect(result.sent).toBeGreaterThan(20);
});
