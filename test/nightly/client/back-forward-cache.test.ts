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

// A browser that is short of something drops what it has cached.
test('leaves pages fit for the back/forward cache and goes on when they come back from it, in the middle of a request', {
  retry: 2,
}, async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  await page.evaluate(() => Object.assign(window, { isTheSame: true }));
  shop.door.delayMs = 1_000;
  const before = await view(page, 'cached-before', 30);
  await expect.poll(() => shop.door.posts.length).toBe(1);
  await page.click('a');
  await startTracker(page, shop);
  shop.door.delayMs = 0;
  const between = await view(page, 'cached-between', 30);
  await goBack(page, shop.pageUrl);
  expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true);
  const after = await view(page, 'cached-after', 30);
  await expectStoredOnce(shop, 'cached', [...before, ...between, ...after]);
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
