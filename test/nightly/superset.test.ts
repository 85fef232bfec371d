import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import * as z from 'zod';
import { biConnection } from '../../local/superset/bi-connection.ts';
import { packBundle } from '../../local/superset/bundle.ts';
import { importBundle, type SupersetAccount } from '../../local/superset/import-bundle.ts';
import { withChromium } from '../brackets/chromium.ts';
import { query } from '../brackets/query.ts';
import { supersetPython, withSuperset } from '../brackets/superset.ts';
import { type RunningSystem, startSystem, stopSystem, withDataFolder } from '../flow/running-system.ts';
import { sendHistory } from './superset-history.ts';

const hasPython = (await supersetPython()) !== undefined;

const SEED = 7;
const CHARTS = ['Active sessions', 'Cart trends', 'Conversion funnel', 'Real-time revenue', 'Top viewed items'];
/** Charts refresh every 10 s. */
const PATIENCE = { timeout: 60_000 };
const SETTLED_MS = 1_500;

const requestSchema = z.object({ form_data: z.object({ slice_id: z.number().optional(), viz_type: z.string() }) });
const resultSchema = z.object({
  rowcount: z.number(),
  query: z.string(),
  data: z.array(z.record(z.string(), z.unknown())),
});
const answerSchema = z.object({ result: z.array(resultSchema) });
type Answer = { chart: string; status: number; results: z.output<typeof resultSchema>[] };

test.skipIf(!hasPython)(
  'imports the bundle into Superset, where every chart answers, refreshes by itself and follows its filters',
  (context) =>
    withChromium(context, (browser) =>
      withDataFolder(async (dataDir) => {
        const system = await startSystem(dataDir, 'embedded');
        try {
          await fill(system);
          await withSuperset((account) => look(browser, account, system));
        } finally {
          await stopSystem(system);
        }
      }),
    ),
  900_000,
);

async function fill({ url, keys, database_url }: RunningSystem): Promise<void> {
  const sent = await sendHistory({ url, key: keys.sk }, SEED);
  const stored = `select (select count(*) from raw_product_views) + (select count(*) from raw_cart_events)
    + (select count(*) from raw_purchases) as n`;
  await expect.poll(async () => Number((await query(database_url, stored))[0]?.n), PATIENCE).toBe(sent);
}

async function look(browser: Browser, account: SupersetAccount, system: RunningSystem): Promise<void> {
  const { maskedUrl, password: databasePassword } = biConnection(system.bi_url);
  const bundle = await packBundle(maskedUrl);
  await expect(importBundle(account, bundle, 'wrong')).rejects.toThrow('superset cannot reach the database');
  await importBundle(account, bundle, databasePassword);
  // As after an update: what is there is replaced.
  await importBundle(account, bundle, databasePassword);
  const page = await browser.newPage({ viewport: { width: 1440, height: 1300 } });
  await logIn(page, account);
  const titles = await chartTitles(page, account);
  expect([...titles.values()].sort()).toEqual(CHARTS);
  const answers = collectAnswers(page, titles);
  await page.goto(`${account.url}/superset/dashboard/bazaarstream/`);

  const charts = () => [...new Set(answers.map(({ chart }) => chart))].sort();
  await expect.poll(charts, PATIENCE).toEqual(CHARTS);
  for (const { chart, status, results } of answers) {
    expect(status, chart).toBe(200);
    for (const { rowcount } of results) expect(rowcount, chart).toBeGreaterThan(0);
  }
  await page.waitForTimeout(SETTLED_MS);
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.screenshot({ path: screenshotFile() });

  await expect
    .poll(() => newestRevenue(answers), PATIENCE)
    .toMatchObject({ query: expect.stringContaining("('EUR')") });
  expect(currencies(newestRevenue(answers))).toEqual(['EUR']);
  await buy(system, { currency: 'EUR', unit_price: '987654' });
  await expect.poll(() => total(newestRevenue(answers)), PATIENCE).toBeGreaterThan(900_000);

  await buy(system, { currency: 'JPY', unit_price: '40000' });
  await chooseCurrency(page, 'JPY');
  await expect.poll(() => newestRevenue(answers)?.query, PATIENCE).toContain("('JPY')");
  expect(currencies(newestRevenue(answers))).toEqual(['JPY']);
  expect(total(newestRevenue(answers))).toBe(40_000);
}

async function logIn(page: Page, { url, user, password }: SupersetAccount): Promise<void> {
  await page.goto(`${url}/login/`);
  await page.locator('#username').fill(user);
  await page.locator('#password').fill(password);
  await page.locator('#password').press('Enter');
  await page.waitForURL((address) => !address.pathname.includes('login'));
}

/** Superset's own numbers of its charts. */
async function chartTitles(page: Page, { url }: SupersetAccount): Promise<Map<number, string>> {
  const schema = z.object({ result: z.array(z.object({ id: z.number(), slice_name: z.string() })) });
  const { result } = schema.parse(await (await page.request.get(`${url}/api/v1/chart/`)).json());
  return new Map(result.map(({ id, slice_name }) => [id, slice_name]));
}

/** What the chart data API answers to the page's charts, as it comes. */
function collectAnswers(page: Page, titles: ReadonlyMap<number, string>): Answer[] {
  const answers: Answer[] = [];
  page.on('response', async (response) => {
    if (!response.url().includes('/api/v1/chart/data')) return;
    const { form_data } = requestSchema.parse(response.request().postDataJSON());
    const chart = titles.get(form_data.slice_id ?? -1);
    // Filters ask for their choices in the same way.
    if (chart === undefined) return;
    const parsed = answerSchema.safeParse(await response.json().catch(() => undefined));
    answers.push({ chart, status: response.status(), results: parsed.success ? parsed.data.result : [] });
  });
  return answers;
}

const newestRevenue = (answers: readonly Answer[]) =>
  answers.findLast(({ chart }) => chart === 'Real-time revenue')?.results[0];

/** Superset makes a column of each currency beside that of the time. */
const amounts = (result: Answer['results'][number] | undefined) =>
  (result?.data ?? []).flatMap(({ minute, ...byCurrency }) => Object.entries(byCurrency));
const currencies = (result: Answer['results'][number] | undefined) => [
  ...new Set(amounts(result).map(([currency]) => currency)),
];
const total = (result: Answer['results'][number] | undefined) =>
  amounts(result).reduce((sum, [, amount]) => sum + Number(amount), 0);

async function buy({ url, keys }: RunningSystem, { currency, unit_price }: { currency: string; unit_price: string }) {
  const items = [{ product_id: 'gift', quantity: 1, unit_price }];
  const body = JSON.stringify({ type: 'purchase', user_id: 'guest', order_id: `gift-${currency}`, currency, items });
  const headers = { 'x-api-key': keys.sk, 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/events`, { method: 'POST', headers, body });
  expect(status).toBe(202);
}

async function chooseCurrency(page: Page, currency: string): Promise<void> {
  // The choices were read before that currency was seen.
  await page.reload();
  await page.locator('.ant-select', { has: page.getByRole('combobox', { name: 'Currency' }) }).click();
  await page.locator('.ant-select-item-option', { hasText: currency }).click();
  await page.getByRole('button', { name: 'Apply filters' }).click();
}

/** `WRITE_SCREENSHOTS=1` renews the picture of the documents. */
function screenshotFile(): string {
  if (process.env.WRITE_SCREENSHOTS === '1') return join(import.meta.dirname, '../../docs/superset.png');
  return join(inject('runFolder'), 'superset.png');
}
