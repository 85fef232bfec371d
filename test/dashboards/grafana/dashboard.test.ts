import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dashboard } from '../../../dashboards/grafana/dashboard.ts';
import { conversionFunnel } from '../../../dashboards/grafana/rankings.ts';
import type { DashboardFile, DashboardPanel } from '../../../dashboards/grafana/schema.ts';
import { cartTrends, realtimeRevenue } from '../../../dashboards/grafana/timelines.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { storeShopDay } from '../shop-day.ts';
import { expandQuery, type Scope } from './expand-macros.ts';
import { panelProblems } from './panel-problems.ts';

const HOUR_MS = 3_600_000;
const file = resolve(import.meta.dirname, '../../../dashboards/grafana/dashboards/bazaarstream.json');
/** As Grafana reads it. */
const provisioned: DashboardFile = JSON.parse(readFileSync(file, 'utf8'));

let database: TestDatabase;
let bi: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  await storeShopDay(database);
  bi = new pg.Client({ connectionString: database.biUrl });
  await bi.connect();
});
afterAll(async () => {
  await bi.end();
  await database.close();
});

const scope = (over: Partial<Scope> = {}): Scope => ({
  from: new Date(Date.now() - 24 * HOUR_MS),
  to: new Date(),
  intervalSeconds: 300,
  variables: { datasource: 'bazaarstream', currency: ['EUR', 'USD'] },
  ...over,
});
/** The answer to a panel's query, through the simple protocol that Grafana's driver uses. */
const ask = (panel: DashboardPanel, over?: Partial<Scope>) =>
  bi.query(expandQuery(panel.targets[0].rawSql, scope(over)));
const answer = async (panel: DashboardPanel, over?: Partial<Scope>) => (await ask(panel, over)).rows;

test('is what its description says', () => {
  expect(provisioned, 'run `npm run dashboards`').toEqual(JSON.parse(JSON.stringify(dashboard)));
});

describe.each(provisioned.panels.map((panel) => [panel.title, panel] as const))('%s', (_, panel) => {
  test('has an answer with the columns that the panel names, and names each of them', async () => {
    const { rows, fields } = await ask(panel);
    expect(rows.length).toBeGreaterThan(0);
    expect(
      panelProblems(
        panel,
        fields.map(({ name }) => name),
      ),
    ).toEqual([]);
  });

  test('has an answer when nothing is chosen, or a name that needs quoting, or a range without data', async () => {
    const past = { from: new Date(Date.now() - 2_000 * HOUR_MS), to: new Date(Date.now() - 1_000 * HOUR_MS) };
    for (const currency of [[], '', "O'"]) await ask(panel, { variables: { datasource: 'x', currency } });
    for (const intervalSeconds of [60, 3_600, 86_400]) await ask(panel, { ...past, intervalSeconds });
  });
});

test('a panel that names a column which its query does not return is found, and a column that nothing names', () => {
  const columns = ['day', 'viewers', 'cart_adders', 'checkouts', 'buyers', 'conversion'];
  expect(panelProblems(conversionFunnel, columns)).toEqual([]);
  expect(panelProblems(conversionFunnel, columns.slice(1))).toEqual(['Conversion funnel: no column "day"']);
  expect(panelProblems(conversionFunnel, [...columns, 'carts'])).toEqual([
    'Conversion funnel: nothing says how "carts" is shown',
  ]);
  expect(panelProblems(cartTrends, ['adds', 'removes', 'abandoned_carts', 'recovered_carts'])).toEqual([
    'Cart trends: no column "time"',
  ]);
});

test('shows the revenue of the chosen currencies alone, refunds off, by the interval that fits on the screen', async () => {
  const net = async (currency: string[], intervalSeconds: number) => {
    const rows = await answer(realtimeRevenue, { intervalSeconds, variables: { currency } });
    return rows.map(({ metric, net }) => `${net} ${metric}`).sort();
  };
  expect(await net(['EUR', 'USD'], 86_400 * 7)).toEqual(['14 USD', '6 EUR']);
  expect(await net(['USD'], 3_600)).toEqual(['14 USD']);
  expect(await net(['EUR'], 60)).toEqual(['-4 EUR', '10 EUR']);
});

test('shows each day of the shop under its own name, wherever the shop and the viewer are', async () => {
  // Where the day is a few minutes old, what was stored before the test belongs to two of them.
  const zones = await database.rows(`select zone, to_char(now() at time zone zone, 'YYYY-MM-DD') as today
    from unnest(array['Pacific/Kiritimati', 'Pacific/Niue']) zone where (now() at time zone zone)::time > '00:10'`);
  expect(zones).not.toEqual([]);
  for (const { zone, today } of zones) {
    await database.rows('update analytics_settings set time_zone = $1', [zone]);
    const [row] = await answer(conversionFunnel, { from: new Date(Date.now() - HOUR_MS / 60) });
    expect(row).toMatchObject({ day: today, viewers: '2', buyers: '2', conversion: '1.0000' });
  }
});

test('its variables find a data source and the currencies', async () => {
  const variables = provisioned.templating?.list ?? [];
  const currency = variables.find(({ name }) => name === 'currency');
  expect((await bi.query(String(currency?.query))).rows).toEqual([{ currency: 'EUR' }, { currency: 'USD' }]);
  const used = JSON.stringify(provisioned.panels).matchAll(/\$\{(\w+)/g);
  const names = variables.map(({ name }) => name);
  for (const [, name] of used) expect(names).toContain(name);
});

test('asks again every five seconds, and no panel lies over another', () => {
  expect(provisioned.refresh).toBe('5s');
  const cells = provisioned.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...provisioned.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  expect(new Set(provisioned.panels.map(({ id }) => id)).size).toBe(provisioned.panels.length);
});
