import { charts, freshnessChart } from '../charts.ts';
import { views } from '../views.ts';
import { datasource, named, query } from './query.ts';
import type { StatPanel } from './schema.ts';

const options: StatPanel['options'] = {
  colorMode: 'value',
  graphMode: 'none',
  justifyMode: 'auto',
  orientation: 'vertical',
  percentChangeColorMode: 'standard',
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  showPercentChange: false,
  textMode: 'value_and_name',
  wideLayout: true,
};

/** Sessions, and how far they came. */
export const activeSessions: StatPanel = {
  id: 1,
  type: 'stat',
  ...charts.active_sessions,
  gridPos: { x: 0, y: 0, w: 10, h: 5 },
  datasource,
  targets: query(
    'table',
    `
select
  count(*) as sessions,
  count(*) filter (where cart_adds > 0) as added,
  count(*) filter (where checkouts > 0) as checked_out,
  count(*) filter (where purchases > 0) as bought
from analytics.active_sessions`,
  ),
  options,
  fieldConfig: {
    defaults: {
      color: { mode: 'thresholds' },
      thresholds: { mode: 'absolute', steps: [{ color: 'text', value: null }] },
      unit: 'short',
    },
    overrides: [
      named('sessions', 'sessions'),
      named('added', 'added to a cart'),
      named('checked_out', 'began a checkout'),
      named('bought', 'bought', {
        id: 'thresholds',
        value: {
          mode: 'absolute',
          steps: [
            { color: 'text', value: null },
            { color: 'green', value: 1 },
          ],
        },
      }),
    ],
  },
};

/** The age of the newest event that each of the other panels knows. */
export const freshness: StatPanel = {
  id: 6,
  type: 'stat',
  title: freshnessChart.title,
  description: `${freshnessChart.description} Yellow from five minutes, red from an hour.`,
  gridPos: { x: 10, y: 0, w: 14, h: 5 },
  datasource,
  targets: query(
    'table',
    `select\n${Object.keys(views)
      .map((view) => `  (select min(freshness_seconds) from analytics.${view}) as ${view}`)
      .join(',\n')}`,
  ),
  options,
  fieldConfig: {
    defaults: {
      color: { mode: 'thresholds' },
      noValue: 'no event',
      thresholds: {
        mode: 'absolute',
        steps: [
          { color: 'green', value: null },
          { color: 'yellow', value: 300 },
          { color: 'red', value: 3600 },
        ],
      },
      unit: 's',
      decimals: 0,
    },
    overrides: Object.entries(charts).map(([view, { title }]) => named(view, title)),
  },
};
