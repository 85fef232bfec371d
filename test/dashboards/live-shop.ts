/** What a person does on the live page, in a real browser. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';

/** Events of a browser that says that it is headless are a crawler's, and in no aggregate. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
export const WITHIN = { timeout: 10_000 };

/** A visitor whom the shop has never seen, on its page. */
export async function enter(browser: Browser, url: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
  const context = await browser.newContext({ userAgent: USER_AGENT, viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(WITHIN.timeout);
  await page.goto(url);
  await page.locator('.products .look').first().waitFor();
  await page.locator('#state[data-state=live]').waitFor();
  return page;
}

export const product = (page: Page, id: string): Locator => page.locator(`.products .look[data-key="${id}"]`);
export const add = (page: Page, id: string): Locator => page.locator(`[data-key="add-${id}"]`);
export const stepDone = (page: Page, name: string): Locator => page.locator(`#way .is-done[data-step=${name}]`);
/** The text as it is seen, with its lines. */
export const seen = async (place: Locator): Promise<string> => (await place.allInnerTexts()).join('\n');
export const tileText = (page: Page, tile: string): Promise<string> => seen(page.locator(`#${tile} .body`));

/** Waits until the newest event of this visitor, of that type, is a row; gives what the page says it took. */
export async function rowOf(page: Page, type: string): Promise<string> {
  const head = page.locator('#way .way-head', { hasText: type }).filter({ hasText: 'from the click to the row' });
  await head.waitFor();
  return seen(head.locator('.total'));
}

export async function logIn(page: Page, name: string): Promise<void> {
  await page.locator('[data-key=log-in]').click();
  await page.getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: name }).waitFor();
}

/** The process of a running system that serves its API, as the system started it. */
export async function apiProcess(systemPid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? []);
  const found = rows.find(([, , parent, args]) => Number(parent) === systemPid && /serve\.ts.*\bapi$/.test(args ?? ''));
  if (found === undefined) throw new Error(`process ${systemPid} has no child that serves the API`);
  return Number(found[1]);
}
