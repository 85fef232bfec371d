import { expect, test } from 'vitest';
import { dashboard } from '../../../dashboards/grafana/dashboard.ts';
import { conversionFunnel, topViewedItems } from '../../../dashboards/grafana/rankings.ts';
import type { BarChartPanel, DashboardFile, TablePanel } from '../../../dashboards/grafana/schema.ts';

/**
 * Grafana's own types of release 13.2 hold the description; the compiler is what checks it, here that it looks at all:
 * each line below the comment would be accepted if a type had become loose, and `tsc` fails on a comment without an error.
 */
const refused: (DashboardFile | BarChartPanel['options'] | TablePanel['fieldConfig']['overrides'][number])[] = [
  // @ts-expect-error a field that a dashboard does not have
  { ...dashboard, refreshing: '5s' } satisfies DashboardFile,
  // @ts-expect-error a value that is none of the enum
  { ...conversionFunnel.options, stacking: 'sideways' } satisfies BarChartPanel['options'],
  // @ts-expect-error an option of another panel
  { ...conversionFunnel.options, showHeader: true } satisfies BarChartPanel['options'],
  {
    matcher: { id: 'byName', options: 'views' },
    // @ts-expect-error a setting of another panel's fields
    properties: [{ id: 'custom.drawStyle', value: 'bars' }],
  } satisfies TablePanel['fieldConfig']['overrides'][number],
  {
    matcher: { id: 'byName', options: 'views' },
    // @ts-expect-error a cell that a table does not have
    properties: [{ id: 'custom.cellOptions', value: { type: 'thermometer' } }],
  } satisfies TablePanel['fieldConfig']['overrides'][number],
];

test('the compiler refuses what Grafana’s schema does not know', () => {
  expect(refused).toHaveLength(5);
  expect(topViewedItems.type).toBe('table');
});
