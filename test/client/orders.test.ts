import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { EventVerdict } from '../../client/src/event-fields.ts';
import { createTracker, type TrackerOptions } from '../../client/src/node-tracker.ts';
import { eventually } from '../flow/running-system.ts';
import { KEYS, openShop, type Shop } from './running-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

function track(key: string, options: Partial<TrackerOptions> = {}) {
  const tracker = createTracker({ url: shop.apiUrl, key, ...options });
  onTestFinished(() => tracker.close());
  return tracker;
}

const ORDER = { order_id: 'o-1', currency: 'EUR', items: [{ product_id: 'tea', quantity: 2, unit_price: '4.50' }] };

test('says at once that a server must send what a page may not say', () => {
  const page = track(KEYS.pk);
  expect(() => page.purchase(ORDER)).toThrow(/purchase needs a secret key: your server must send it.*ids\(\)/);
  expect(() => page.refund({ order_id: 'o-1', currency: 'EUR' })).toThrow(/refund needs a secret key/);
});

test('leaves it to the server where the shop says that it allows purchases of pages', async () => {
  const verdicts: EventVerdict[] = [];
  const page = track(KEYS.pk, { allowPurchases: true, onVerdict: (verdict) => void verdicts.push(verdict) });
  page.purchase(ORDER);
  await page.flush();
  expect(verdicts).toMatchObject([{ status: 'rejected', code: 'forbidden_for_key' }]);
});

test('books what a server sends with the ids of the page', async () => {
  const page = track(KEYS.pk);
  const server = track(KEYS.sk);
  page.viewProduct({ product_id: 'tea' });
  server.purchase({ ...ORDER, ...page.ids() });
  await Promise.all([page.flush(), server.flush()]);
  const rows = await eventually(
    () =>
      shop.database.rows('select user_id, is_anonymous, views::int, purchases::int from user_sessions order by source'),
    (found) => found.some(({ purchases }) => purchases === 1),
  );
  const { anonymous_id } = page.ids();
  expect(rows).toContainEqual({ user_id: anonymous_id, is_anonymous: true, views: 0, purchases: 1 });
  const [revenue] = await shop.database.rows('select sum(net)::text as net from live_revenue');
  expect(revenue).toEqual({ net: '9.00' });
});

test('does not let a server send what is nobody’s', async () => {
  const server = track(KEYS.sk);
  expect(() => server.purchase(ORDER)).toThrow(/needs user_id or anonymous_id/);
  expect(() => server.ids()).toThrow(/no visitor of its own/);
  expect(() => server.identify('ada')).toThrow(/needs \{ anonymous_id \}/);
  await expect(server.recommendations()).rejects.toThrow(/need user_id/);
});

test.each([
  ['ak_admin', /pk_/],
  ['', /pk_/],
  [undefined as unknown as string, /pk_/],
])('refuses the key "%s" without repeating it', (key, message) => {
  expect(() => createTracker({ url: shop.apiUrl, key })).toThrow(message);
});

test('refuses what is no address', () => {
  expect(() => createTracker({ url: 'shop', key: KEYS.pk })).toThrow(TypeError);
});
