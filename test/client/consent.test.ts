import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { KEYS } from './running-shop.ts';
import { closeTab, expectStoredOnce, openPage, startTracker, useVisits, verdicts, view } from './visit.ts';

const visits = useVisits();

const kept = (page: Page) =>
  page.evaluate(async () => ({ local: Object.keys(localStorage), indexed: (await indexedDB.databases()).length }));

test('stores and sends nothing before the visitor agrees, and what comes after', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const page = await openPage(visitor, shop, { consent: 'required' });
  await view(page, 'before', 2);
  expect(await page.evaluate(() => window.tracker.ids().user_id)).toBeUndefined();
  expect(await page.evaluate(() => window.tracker.recommendations())).toEqual([]);
  await page.evaluate(() => window.tracker.identify('ada'));
  await page.evaluate(() => window.tracker.flush());
  expect((await verdicts(page, 3)).map((verdict) => 'code' in verdict && verdict.code)).toEqual(
    Array(3).fill('no_consent'),
  );
  expect(await kept(page)).toEqual({ local: [], indexed: 0 });
  await page.evaluate(() => window.tracker.withdrawConsent());
  expect(await kept(page)).toEqual({ local: ['bazaarstream:consent'], indexed: 0 });
  await page.evaluate(() => window.tracker.grantConsent());
  const ids = await view(page, 'agreed', 2);
  await closeTab(page);
  const next = await openPage(visitor, shop, { consent: 'required' });
  ids.push(...(await view(next, 'agreed-next')));
  await expectStoredOnce(shop, 'agreed', ids);
  await expectStoredOnce(shop, 'before', []);
});

test('forgets everything when consent is withdrawn, in every tab and for later pages', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const [first, second] = [await openPage(visitor, shop), await openPage(visitor, shop)];
  await shop.door.shut();
  await view(first, 'withdrawn', 2);
  await view(second, 'withdrawn-too', 2);
  await Promise.all([first, second].map((page) => page.evaluate(() => window.tracker.flush())));
  await first.evaluate(() => window.tracker.withdrawConsent());
  await view(second, 'withdrawn-other', 2);
  await shop.door.open();
  await second.evaluate(() => window.tracker.flush());
  await first.reload();
  await startTracker(first, shop);
  await view(first, 'withdrawn-later');
  await first.evaluate(() => window.tracker.flush());
  expect(shop.door.posts).toEqual([]);
  expect(await kept(first)).toMatchObject({ local: ['bazaarstream:consent'] });
});

test('respects Do Not Track where the shop says so', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  await visitor.addInitScript(() => Object.defineProperty(navigator, 'doNotTrack', { value: '1' }));
  const page = await openPage(visitor, shop, { respectDoNotTrack: true });
  await page.evaluate(() => window.tracker.grantConsent());
  await view(page, 'untracked', 2);
  expect(await verdicts(page, 2)).toMatchObject(Array(2).fill({ status: 'dropped', code: 'no_consent' }));
  const other = await openPage(visitor, shop);
  await expectStoredOnce(shop, 'tracked', await view(other, 'tracked', 2));
  await expectStoredOnce(shop, 'untracked', []);
});

test('refuses a secret key in a page', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop);
  const create = (key: string) =>
    page.evaluate(
      ([url, key]) => {
        try {
          window.createTracker({ url, key });
          return 'taken';
        } catch (error) {
          return String(error);
        }
      },
      [shop.apiUrl, key] as const,
    );
  expect(await create(KEYS.sk)).toMatch(/needs a pk_ key/);
  expect(await create(KEYS.sk)).not.toContain(KEYS.sk);
});

test('tells where it happened, without what stands behind the address', async () => {
  const shop = visits.shop();
  const page = await openPage(await visits.newVisitor(), shop, { path: '/tea?token=secret#reset' });
  await expectStoredOnce(shop, 'where', await view(page, 'where'));
  const [row] = await shop.database.rows("select context from raw_product_views where product_id like 'where-%'");
  expect(row).toEqual({ context: { page_url: `${shop.pageUrl}/tea`, locale: 'en-US' } });
});
