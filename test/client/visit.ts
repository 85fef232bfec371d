/**
 * Visitors of a running shop, each in a browser profile of its own:
 *
 *   const visits = useVisits();                               // at the top of a file; skips its tests where there is no browser
 *   const visitor = await visits.newVisitor();
 *   const page = await openPage(visitor, visits.shop());
 */
import type { Browser, BrowserContext, LaunchOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import type { EventVerdict } from '../../client/src/event-fields.ts';
import type { Tracker, TrackerOptions } from '../../client/src/tracker.ts';
import { closeChromium, findChromium, launchChromium } from '../brackets/chromium.ts';
import { eventually } from '../flow/running-system.ts';
import { KEYS, openShop, type Shop } from './running-shop.ts';

declare global {
  interface Window {
    createTracker(options: TrackerOptions): Tracker;
    tracker: Tracker;
    verdicts: EventVerdict[];
  }
}

const BROWSER_TIMEOUT_MS = 600_000;

export function useVisits(options?: LaunchOptions) {
  let browser: Browser | undefined;
  let running: Shop | undefined;
  let reason = '';
  beforeAll(async () => {
    const found = await findChromium();
    reason = found.reason ?? '';
    if (found.path !== undefined)
      [running, browser] = await Promise.all([openShop(), launchChromium(found.path, options)]);
  }, BROWSER_TIMEOUT_MS);
  beforeEach(({ skip }) => {
    if (running === undefined) return skip(reason);
    running.door.posts.length = 0;
    running.door.faults.length = 0;
    running.door.delayMs = 0;
  });
  afterAll(async () => {
    if (browser !== undefined) await closeChromium(browser);
    await running?.close();
  });
  return {
    /** A browser profile of its own, gone with the test. */
    async newVisitor(): Promise<BrowserContext> {
      if (browser === undefined) throw new Error('the browser is not open');
      const visitor = await browser.newContext();
      onTestFinished(() => visitor.close());
      return visitor;
    },
    shop(): Shop {
      if (running === undefined) throw new Error('the shop is not open');
      return running;
    },
  };
}

type PageOptions = Omit<TrackerOptions, 'url' | 'key' | 'onVerdict' | 'fetch' | 'storage'> & { key?: string };

/** Opens a page of the shop in a tab of its own, with a tracker on it. */
export async function openPage(
  visitor: BrowserContext,
  shop: Shop,
  { path = '/', origin = shop.pageUrl, ...options }: PageOptions & { path?: string; origin?: string } = {},
): Promise<Page> {
  const page = await visitor.newPage();
  page.on('pageerror', (error) => expect.unreachable(`the page failed: ${error.message}`));
  await page.goto(origin + path);
  await startTracker(page, shop, options);
  return page;
}

/** Closes a tab as a person does, so that the page hears of it. */
export async function closeTab(page: Page): Promise<void> {
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
}

/** For a page that was loaded anew. */
export async function startTracker(page: Page, shop: Shop, options: PageOptions = {}): Promise<void> {
  await page.waitForFunction(() => window.createTracker !== undefined);
  await page.evaluate(
    (all) => {
      window.verdicts = [];
      window.tracker = window.createTracker({ ...all, onVerdict: (verdict) => void window.verdicts.push(verdict) });
    },
    { url: shop.apiUrl, key: KEYS.pk, ...options },
  );
}

/** Views `count` products whose ids begin with `name`, at once, and gives their event ids. */
export function view(page: Page, name: string, count = 1): Promise<string[]> {
  return page.evaluate(
    ([name, count]) =>
      Array.from({ length: count }, (_, index) => window.tracker.viewProduct({ product_id: `${name}-${index}` })),
    [name, count] as const,
  );
}

/** Each of these views is a row and counted once, and no other view of such products is. */
export async function expectStoredOnce(shop: Shop, name: string, ids: readonly string[]): Promise<void> {
  const read = async () => ({
    ids: await shop.database.rows('select event_id as id from raw_product_views where product_id like $1 order by 1', [
      `${name}-%`,
    ]),
    counted: await shop.database.rows(
      'select coalesce(sum(views), 0)::int as n from product_popularity where product_id like $1',
      [`${name}-%`],
    ),
  });
  const stored = await eventually(read, (found) => found.ids.length >= ids.length);
  expect(stored).toEqual({ ids: [...ids].sort().map((id) => ({ id })), counted: [{ n: ids.length }] });
}

/** What the page was told of its events so far, once there are so many verdicts. */
export function verdicts(page: Page, count: number): Promise<EventVerdict[]> {
  return eventually(
    () => page.evaluate(() => window.verdicts),
    ({ length }) => length >= count,
  );
}
