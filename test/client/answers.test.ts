import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { EventVerdict } from '../../client/src/event-fields.ts';
import { createTracker, type TrackerOptions } from '../../client/src/node-tracker.ts';
import { eventually } from '../flow/running-system.ts';
import { KEYS, openShop, type Shop } from './running-shop.ts';
import { expectStoredOnce } from './visit.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.door.posts.length = 0;
  shop.door.faults.length = 0;
});

function visit(options: Partial<TrackerOptions> = {}) {
  const verdicts: EventVerdict[] = [];
  const tracker = createTracker({
    ...{ url: shop.apiUrl, key: KEYS.pk, onVerdict: (verdict) => void verdicts.push(verdict) },
    ...options,
  });
  onTestFinished(() => tracker.close());
  const view = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => tracker.viewProduct({ product_id: `${name}-${index}` }));
  return { tracker, verdicts, view };
}

test('says of each event why it was refused, and loses none of its neighbours', async () => {
  const { tracker, verdicts, view } = visit();
  const wrong = tracker.addToCart({ product_id: 'x', quantity: 0 });
  const ids = view('neighbour', 2);
  await tracker.flush();
  expect(verdicts[0]).toMatchObject({ event_id: wrong, status: 'rejected', code: 'invalid_field', path: 'quantity' });
  await expectStoredOnce(shop, 'neighbour', ids);
  const alone = tracker.viewProduct({ product_id: 'y', unit_price: 5 });
  await tracker.flush();
  expect(verdicts.at(-1)).toMatchObject({ event_id: alone, status: 'rejected', path: 'currency' });
});

test('finds the event that makes a request too large, and goes on with the others', async () => {
  const { tracker, verdicts, view } = visit();
  shop.door.faults.push({ status: 413 }, { status: 413 }, { status: 413 });
  const [first = '', ...others] = view('large', 4);
  await tracker.flush();
  expect(shop.door.posts.map(({ length }) => length)).toEqual([4, 2, 1, 1, 2]);
  expect(verdicts.find(({ status }) => status === 'rejected')).toMatchObject({ event_id: first });
  await expectStoredOnce(shop, 'large', others);
});

test.each([
  { name: 'portal', fault: { status: 200, body: '<h1>Sign in to the hotel Wi-Fi</h1>' } },
  { name: 'gateway', fault: { status: 502, body: 'bad gateway' } },
])('does not take the answer of a $name for the server’s', async ({ name, fault }) => {
  const { view } = visit();
  shop.door.faults.push(fault);
  await expectStoredOnce(shop, name, view(name, 3));
});

test.each([429, 503])('leaves the server alone for as long as it asks with %d', async (status) => {
  const { tracker, view } = visit();
  shop.door.faults.push({ status, headers: { 'retry-after': '1' } });
  const ids = view(`asked-${status}`, 2);
  await tracker.flush();
  const told = performance.now();
  await tracker.flush();
  expect(shop.door.posts).toHaveLength(1);
  await eventually(
    async () => shop.door.posts.length,
    (count) => count > 1,
  );
  expect(performance.now() - told).toBeGreaterThan(900);
  await expectStoredOnce(shop, `asked-${status}`, ids);
});

test('keeps events while the key is refused, says so, and sends them under the right one', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  const storage = new Map<string, string>();
  const wrong = visit({ key: 'pk_mistyped', storage });
  const ids = wrong.view('key', 3);
  await wrong.tracker.flush();
  expect(wrong.verdicts).toEqual([]);
  expect(said.mock.lastCall?.join(' ')).toContain('401');
  expect(said.mock.lastCall?.join(' ')).not.toContain('pk_mistyped');
  await visit({ storage }).tracker.flush();
  await expectStoredOnce(shop, 'key', ids);
});

test('drops the oldest beyond a thousand, and says which', async () => {
  const { tracker, verdicts, view } = visit();
  await shop.door.shut();
  const ids = view('bound', 1_005);
  expect(verdicts).toMatchObject(
    ids.slice(0, 5).map((event_id) => ({ event_id, status: 'dropped', code: 'queue_full' })),
  );
  await shop.door.open();
  await tracker.flush();
  await expectStoredOnce(shop, 'bound', ids.slice(5));
});

test('says what it cannot send at all', async () => {
  const { tracker, verdicts } = visit();
  tracker.viewProduct({ product_id: 'x'.repeat(40_000) });
  tracker.viewProduct({ product_id: 1n as unknown as string });
  await tracker.close();
  tracker.viewProduct({ product_id: 'late' });
  expect(verdicts.map((verdict) => 'code' in verdict && verdict.code)).toEqual(['too_large', 'not_json', 'closed']);
});

test('says which events end with the program', async () => {
  const { tracker, verdicts, view } = visit();
  await shop.door.shut();
  const [id] = view('ended', 1);
  await tracker.close();
  expect(verdicts).toMatchObject([{ event_id: id, status: 'dropped', code: 'closed' }]);
  await shop.door.open();
});

test('does not lose what a server said last to a connection that breaks', async () => {
  const { tracker, verdicts } = visit({ key: KEYS.sk });
  shop.door.faults.push('cut', { status: 502 });
  const id = tracker.viewProduct({ product_id: 'last', user_id: 'ada' });
  await tracker.close();
  expect(verdicts).toMatchObject([{ event_id: id, status: 'accepted' }]);
});

test('takes from a server what a sale brings in a moment', async () => {
  const { tracker, verdicts } = visit({ key: KEYS.sk });
  for (let order = 0; order < 1_500; order += 1)
    tracker.viewProduct({ product_id: `sale-${order}`, user_id: `buyer-${order % 7}` });
  await tracker.flush();
  expect(verdicts.filter(({ status }) => status === 'accepted')).toHaveLength(1_500);
});

test('goes on when the shop’s own callback fails', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  const { tracker, view } = visit({
    onVerdict: () => {
      throw new Error('a mistake of the shop');
    },
  });
  const ids = view('callback', 60);
  await tracker.flush();
  expect(said.mock.lastCall?.join(' ')).toContain('a mistake of the shop');
  await expectStoredOnce(shop, 'callback', ids);
});
