import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../../local/shoppers/random.ts';
import { closeTab, expectStoredOnce, openPage, startTracker, useVisits, view } from '../../client/visit.ts';

const visits = useVisits();

test('outlasts a server that is down for a minute, through reloads and new pages', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const [first, second] = [await openPage(visitor, shop), await openPage(visitor, shop)];
  await shop.door.shut();
  const ids: string[] = [];
  for (let second10 = 0; second10 < 6; second10 += 1) {
    ids.push(...(await view(first, `minute-a${second10}`, 15)), ...(await view(second, `minute-b${second10}`, 15)));
    await second.waitForTimeout(10_000);
    await second.reload();
    await startTracker(second, shop);
  }
  await closeTab(first);
  await shop.door.open();
  // The longest pause between two tries is a minute.
  await expect
    .poll(() => shop.door.posts.flat().length, { timeout: 90_000, interval: 500 })
    .toBeGreaterThanOrEqual(ids.length);
  await expectStoredOnce(shop, 'minute', ids);
}, 240_000);

const ROUNDS = 60;

/** What may happen to a visitor and the network between two looks at products. */
const mishaps: ((page: Page, visitor: BrowserContext) => Promise<void>)[] = [
  async () => void visits.shop().door.faults.push('cut'),
  async () => void visits.shop().door.faults.push({ status: 503 }, 'cut'),
  async () => void visits.shop().door.faults.push({ status: 200, body: 'a portal' }),
  async (_, visitor) => visitor.setOffline(true),
  async (_, visitor) => visitor.setOffline(false),
  async () => visits.shop().door.shut(),
  async () => visits.shop().door.open(),
  async (page) => {
    await page.context().setOffline(false);
    await page.reload();
    await startTracker(page, visits.shop());
  },
];

test.for([1, 2, 3])('loses and doubles nothing whatever happens (seed %d)', { timeout: 240_000 }, async (seed) => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const random = createRandom(seed);
  const tabs = [await openPage(visitor, shop), await openPage(visitor, shop)];
  const ids: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = random.pick(tabs);
    ids.push(...(await view(page, `chaos${seed}-${round}`, 1 + random.below(8))));
    await page.waitForTimeout(random.below(150));
    await random.pick(mishaps)(page, visitor);
  }
  await visitor.setOffline(false);
  await shop.door.open();
  shop.door.faults.length = 0;
  const flush = () => Promise.all(tabs.map((tab) => tab.evaluate(() => window.tracker.flush())));
  await expect
    .poll(async () => [await flush(), new Set(shop.door.posts.flat()).size][1], { timeout: 60_000 })
    .toBe(ids.length);
  await expectStoredOnce(shop, `chaos${seed}`, ids);
});
