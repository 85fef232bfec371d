import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { messageOf } from '../../platform/errors.ts';
import { findTarget } from '../sender/target.ts';

/**
 * `npm run picture`: does some shopping on the live page of the system that runs on `--data-dir`, and takes the picture that
 * the README shows. The browser is the one at CHROMIUM_PATH, or Debian's.
 */
const PICTURE = fileURLToPath(new URL('../../docs/live-page.png', import.meta.url));
const VIEWPORT = { width: 1440, height: 1180 };
/** A browser that says that it is headless is taken for a crawler, and left out of what is shown. */
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';

async function shop(page: Page): Promise<void> {
  const click = async (key: string) => {
    await page.locator(`[data-key="${key}"]`).first().click();
    await page.waitForTimeout(700);
  };
  await page.locator('#currency').selectOption('USD');
  for (const key of ['audio-headphones-35', 'add-audio-headphones-35', 'go', 'go']) await click(key);
  await page.locator('#currency').selectOption('EUR');
  for (const key of ['kitchen-coffee-01', 'add-kitchen-coffee-01', 'kitchen-coffee-35', 'add-kitchen-coffee-35'])
    await click(key);
  await page.getByRole('heading', { name: 'Demo shop' }).scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(2_500);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.bazaar' } } });
  const { url } = findTarget({ dataDir: values['data-dir'] });
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT, userAgent: USER_AGENT, colorScheme: 'light' });
    await page.goto(url);
    await page.locator('#state[data-state=live]').waitFor();
    await shop(page);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
  console.log(`wrote ${PICTURE}`);
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
