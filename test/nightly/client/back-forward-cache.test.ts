import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectStoredOnce, openPage, startTracker, useVisits, view } from '../../client/visit.ts';

// Playwright turns the cache off, because most tests want pages to load.
const visits = useVisits({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });

/** Playwright's own waits for a load that does not come. */
async function goBack(page: Page, pageUrl: string): Promise<void> {
  await page.evaluate(() => history.back());
  await page.waitForURL(`${pageUrl}/`, { waitUntil: 'commit' });
}

/** That the page was kept and not loaded anew. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { isTheSame: true }));
const expectKept = async (page: Page) => expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true);

test('leaves pages fit for the back/forward cache and goes on when they come back from it, in the middle of a request', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  await mark(page);
  shop.door.delayMs = 1_000;
  const before = await view(page, 'cached-before', 30);
  await expect.poll(() => shop.door.posts.length).toBe(1);
  // Would send next, in the very moment in which the page is left.
  await page.evaluate(() => void window.tracker.flush());
  await page.click('a');
  await startTracker(page, shop);
  shop.door.delayMs = 0;
  const between = await view(page, 'cached-between', 30);
  await goBack(page, shop.pageUrl);
  await expectKept(page);
  const after = await view(page, 'cached-after', 30);
  await expectStoredOnce(shop, 'cached', [...before, ...between, ...after]);
});

test('leaves a page fit for it that waits for another tab to end its sending', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const other = await openPage(visitor, shop);
  const page = await openPage(visitor, shop);
  await mark(page);
  shop.door.delayMs = 1_000;
  const before = await view(other, 'waiting-other', 30);
  await expect.poll(() => shop.door.posts.length).toBe(1);
  await page.evaluate(() => void window.tracker.flush());
  await page.click('a');
  await startTracker(page, shop);
  const between = await view(page, 'waiting-between', 30);
  // Comes after all that wait for their turn.
  await other.evaluate(() => window.tracker.flush());
  await goBack(page, shop.pageUrl);
  await expectKept(page);
  const after = await view(page, 'waiting-after', 30);
  await expectStoredOnce(shop, 'waiting', [...before, ...between, ...after]);
});

test('sends from a page that comes back what could not be sent when it was left', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  await shop.door.shut();
  const ids = await view(page, 'returned', 5);
  await page.click('a');
  await page.waitForFunction(() => window.createTracker !== undefined);
  await shop.door.open();
  await goBack(page, shop.pageUrl);
  await expectStoredOnce(shop, 'returned', ids);
});
