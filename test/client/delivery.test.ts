import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { closeTab, expectStoredOnce, openPage, startTracker, useVisits, verdicts, view } from './visit.ts';

const visits = useVisits();
test('brings what was viewed into the tables once and says so of each event', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  const ids = await view(page, 'many', 120);
  await page.evaluate(() => window.tracker.flush());
  await expectStoredOnce(shop, 'many', ids);
  expect(await verdicts(page, 120)).toEqual(ids.map((event_id) => ({ event_id, status: 'accepted' })));
  expect(shop.door.posts.map(({ length }) => length)).toEqual([50, 50, 20]);
});

test('keeps what happens offline until the network is back', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const page = await openPage(visitor, shop);
  await visitor.setOffline(true);
  const ids = await view(page, 'offline', 20);
  await page.evaluate(() => window.tracker.flush());
  expect(shop.door.posts).toEqual([]);
  await visitor.setOffline(false);
  await expectStoredOnce(shop, 'offline', ids);
});

test('loses nothing to a reload in the middle of sending', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  shop.door.delayMs = 300;
  const ids = await view(page, 'reload', 120);
  await expect.poll(() => shop.door.posts.length).toBeGreaterThan(0);
  await page.reload();
  shop.door.delayMs = 0;
  await startTracker(page, shop);
  await expectStoredOnce(shop, 'reload', ids);
});

test('sends the events of two tabs once each', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const [first, second] = [await openPage(visitor, shop), await openPage(visitor, shop)];
  shop.door.delayMs = 50;
  const ids = (
    await Promise.all([first, second, first, second].map((page, index) => view(page, `tabs-${index}`, 60)))
  ).flat();
  await Promise.all([first, second].map((page) => page.evaluate(() => window.tracker.flush())));
  await expectStoredOnce(shop, 'tabs', ids);
  expect(shop.door.posts.flat().sort()).toEqual([...ids].sort());
});

test('lets another tab send what a closed one has left', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const [first, second] = [await openPage(visitor, shop), await openPage(visitor, shop)];
  await shop.door.shut();
  const ids = await view(first, 'left', 5);
  await closeTab(first);
  await shop.door.open();
  await expectStoredOnce(shop, 'left', [...ids, ...(await view(second, 'left-second'))]);
});

test('outlasts a server that is down for a while', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  await shop.door.shut();
  const ids = [await view(page, 'down-a', 10), await view(page, 'down-b', 60)].flat();
  await page.evaluate(() => window.tracker.flush());
  await shop.door.open();
  await expectStoredOnce(shop, 'down', ids);
});

test('counts once what the server took though its answers were lost', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  shop.door.faults.push('cut', 'cut');
  const ids = await view(page, 'cut', 7);
  expect(await verdicts(page, 7)).toHaveLength(7);
  expect(shop.door.posts).toEqual([ids, ids, ids]);
  await expectStoredOnce(shop, 'cut', ids);
});

/** Opens a tab that closes itself in the moment after it viewed `count` products. */
async function viewAndClose(visitor: BrowserContext, opener: Page, name: string, count: number): Promise<string[]> {
  const [page] = await Promise.all([visitor.waitForEvent('page'), opener.evaluate(() => void window.open('/last'))]);
  await startTracker(page, visits.shop());
  const closed = page.waitForEvent('close');
  const ids = await page.evaluate(
    ([name, count]) => {
      setTimeout(() => window.close());
      return Array.from({ length: count }, (_, index) =>
        window.tracker.viewProduct({ product_id: `${name}-${index}` }),
      );
    },
    [name, count] as const,
  );
  await closed;
  return ids;
}

test('sends what a tab does in its last moment, without another page of the shop', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const opener = await visitor.newPage();
  await opener.goto(shop.pageUrl);
  const ids = await viewAndClose(visitor, opener, 'last', 70);
  await expectStoredOnce(shop, 'last', ids);
});

test('sends at the next visit what was too much for the last moment', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const opener = await visitor.newPage();
  await opener.goto(shop.pageUrl);
  const ids = await viewAndClose(visitor, opener, 'budget', 400);
  await startTracker(opener, shop);
  await expectStoredOnce(shop, 'budget', ids);
});

test('keeps what a page does in its last moment offline for the next visit', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const page = await openPage(visitor, shop);
  await visitor.setOffline(true);
  const ids = await view(page, 'unsent', 9);
  await closeTab(page);
  await visitor.setOffline(false);
  await openPage(visitor, shop);
  await expectStoredOnce(shop, 'unsent', ids);
});
