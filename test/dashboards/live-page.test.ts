import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { closeChromium, findChromium, launchChromium } from '../brackets/chromium.ts';
import { query } from '../brackets/query.ts';
import { type RunningSystem, startSystem, stopSystem } from '../flow/running-system.ts';
import { add, apiProcess, enter, logIn, product, rowOf, seen, stepDone, tileText, WITHIN } from './live-shop.ts';

const GRINDER = 'kitchen-coffee-35';
const TENT = 'outdoor-tents-01';

const { path, reason } = await findChromium();
let system: RunningSystem;
let browser: Browser;

beforeAll(async () => {
  if (path === undefined) return;
  const dataDir = await mkdtemp(join(inject('runFolder'), 'live-page-'));
  await chmod(dataDir, 0o755);
  [system, browser] = await Promise.all([startSystem(dataDir, 'auto'), launchChromium(path)]);
}, 120_000);

afterAll(async () => {
  if (browser !== undefined) await closeChromium(browser);
  if (system !== undefined) await stopSystem(system);
}, 60_000);

async function post(events: object[]): Promise<number> {
  const headers = { 'x-api-key': system.keys.sk, 'content-type': 'application/json' };
  return (await fetch(`${system.url}/events`, { method: 'POST', headers, body: JSON.stringify({ events }) })).status;
}

test('a click becomes a row whose way is seen, and changes tiles and recommendations', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const others = ['x', 'y', 'z'].flatMap((user_id) =>
    [GRINDER, 'kitchen-pans-32'].map((product_id) => ({
      type: 'product_view',
      user_id,
      session_id: user_id,
      product_id,
    })),
  );
  expect(await post(others)).toBe(202);
  const page = await enter(browser, system.url);
  const before = await tileText(page, 'top_viewed_items');
  await product(page, GRINDER).click();
  console.log(await rowOf(page, 'Product view'));
  for (const step of ['Ingestion', 'Topic', 'Lambda', 'Tables']) await stepDone(page, step).waitFor();
  expect(await tileText(page, 'way')).toMatch(/product_\u200bviews\npartition \d+\noffset \d+/);
  await expect.poll(() => tileText(page, 'recommendations'), WITHIN).toMatch(/Saucepan.*\nlooked at by those/);
  await expect.poll(() => tileText(page, 'top_viewed_items'), WITHIN).toMatch(/Corvane Hand Grinder 134\s+4/);
  expect(await tileText(page, 'top_viewed_items')).not.toBe(before);
  await expect.poll(() => tileText(page, 'active_sessions'), WITHIN).toMatch(/^4\n/);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), WITHIN).toBe(360);
  await page.context().close();
});

test('who logs in keeps the cart, buys through the shop, and gives it back', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const page = await enter(browser, system.url);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(JSON.stringify(request.headers()) + request.postData()));
  await add(page, TENT).click();
  await rowOf(page, 'Add to cart');
  await logIn(page, 'Grace');
  await rowOf(page, 'Identify');
  expect(await seen(page.locator('#cart .lines'))).toContain('Dunmore Dome Tent');
  expect(await query(system.database_url, `select user_id, quantity::int from user_cart_summary`)).toEqual([
    { user_id: 'demo-grace', quantity: 1 },
  ]);
  await page.locator('[data-key=go]').click();
  await page.locator('[data-key=go]', { hasText: 'Pay' }).click();
  console.log(`purchase ${await rowOf(page, 'Purchase')}`);
  await expect.poll(() => tileText(page, 'realtime_revenue'), WITHIN).toMatch(/^€59.99\s*EUR net · 1 order/);
  await expect.poll(() => tileText(page, 'conversion_funnel'), WITHIN).toMatch(/bought\n1\n/);
  expect(await query(system.database_url, 'select count(*)::int from user_cart_summary')).toEqual([{ count: 0 }]);
  await page.locator('[data-key=refund]').click();
  await expect.poll(() => tileText(page, 'realtime_revenue'), WITHIN).toMatch(/^€0.00\s.*€59.99 refunded/);
  expect(requests.join('\n')).not.toMatch(/sk_/);
  const anonymous = await seen(page.locator('.who code'));
  await page.locator('[data-key=log-in]').click();
  await page.locator('.who', { hasText: 'Visitor' }).waitFor();
  expect(await seen(page.locator('.who code'))).not.toBe(anonymous);
  await page.context().close();
});

test('everything is reached and seen by keyboard alone, and the focus stays where it is', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const page = await enter(browser, system.url);
  const focused = () => page.evaluate('document.activeElement?.dataset.key');
  const press = async (key: string, until: string) => {
    for (let presses = 0; presses < 80 && (await focused()) !== until; presses++) await page.keyboard.press(key);
    expect(await focused()).toBe(until);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline, `${until} shows its focus`).not.toBe('none');
  };
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#system');
  await press('Tab', TENT);
  await page.keyboard.press('Enter');
  await rowOf(page, 'Product view');
  expect(await seen(page.locator('#announcer'))).toMatch(/Product view: a row|Recommendations/);
  await press('Tab', `add-${TENT}`);
  await page.keyboard.press('Enter');
  await press('Tab', `more-${TENT}`);
  await page.keyboard.press('Space');
  await page.locator('.quantity', { hasText: '2' }).waitFor();
  expect(await focused()).toBe(`more-${TENT}`);
  await press('Tab', 'go');
  await page.keyboard.press('Enter');
  await page.locator('[data-key=go]', { hasText: 'Pay' }).waitFor();
  expect(await focused()).toBe('go');
  await page.context().close();
});

test('what events say is shown as text, whatever it is', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const hostile = '<img src=x onerror="window.wasHacked=1">';
  const views = Array.from({ length: 9 }, (_, index) => ({
    ...{
      type: 'product_view',
      user_id: `v-${index}`,
      product_id: hostile,
      name: `${hostile}<script>wasHacked=1</script>`,
    },
  }));
  const page = await enter(browser, system.url);
  expect(await post([...views, { type: hostile, user_id: hostile, [hostile]: hostile }])).toBe(202);
  await expect.poll(() => tileText(page, 'top_viewed_items'), WITHIN).toContain(hostile);
  await expect.poll(() => tileText(page, 'rejections'), WITHIN).toContain('unknown type');
  await page.getByRole('button', { name: 'Send a broken event' }).click();
  await expect.poll(() => tileText(page, 'rejections'), WITHIN).toContain('product_id');
  await page.getByRole('button', { name: 'Put a broken record' }).click();
  await expect.poll(() => tileText(page, 'dead-letters'), WITHIN).toMatch(/partition \d+, offset \d+/);
  await product(page, TENT).click();
  await expect.poll(() => tileText(page, 'recommendations'), WITHIN).toContain(hostile);
  expect(await page.locator('img, main script').count()).toBe(0);
  expect(await page.evaluate('"wasHacked" in window')).toBe(false);
  await page.context().close();
});

test('lets the stream go while nobody looks, and takes it up again', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const page = await enter(browser, system.url);
  const look = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  await look(true);
  await page.locator('#state[data-state=paused]').waitFor();
  const before = await tileText(page, 'top_viewed_items');
  expect(await post([{ type: 'product_view', user_id: 'late', product_id: 'seen-while-hidden', name: 'Late' }])).toBe(
    202,
  );
  await page.waitForTimeout(1_500);
  expect(await tileText(page, 'top_viewed_items')).toBe(before);
  await look(false);
  await page.locator('#state[data-state=live]').waitFor();
  await expect.poll(() => tileText(page, 'top_viewed_items'), WITHIN).toContain('Late');
  await page.context().close();
});

test('says that the connection is lost, keeps what is done meanwhile, and comes back by itself', async ({ skip }) => {
  if (path === undefined) skip(reason);
  const page = await enter(browser, system.url);
  process.kill(await apiProcess(system.pid), 'SIGKILL');
  await page.locator('#state[data-state=lost]').waitFor();
  await product(page, GRINDER).click();
  await page.locator('#state[data-state=live]').waitFor({ timeout: 20_000 });
  const head = page.locator('#way .way-head', { hasText: 'from the click to the row' });
  await head.waitFor({ timeout: 20_000 });
  expect(await seen(head)).toContain(GRINDER);
  await page.context().close();
});
