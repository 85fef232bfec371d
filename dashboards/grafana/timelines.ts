import { charts } from '../charts.ts';
import { column, datasource, named, query } from './query.ts';
import type { TimeSeriesPanel } from './schema.ts';

const bars = { drawStyle: 'bars', fillOpacity: 60, lineWidth: 1 } as const;
const options: TimeSeriesPanel['options'] = {
  legend: { calcs: ['sum'], displayMode: 'list', placement: 'bottom', showLegend: true },
  tooltip: { mode: 'multi', sort: 'desc' },
};
const palette: TimeSeriesPanel['fieldConfig']['defaults'] = {
  color: { mode: 'palette-classic' },
  thresholds: { mode: 'absolute', steps: [{ color: 'text', value: null }] },
};

/** Currencies that Grafana has a unit for, with symbol and place; others are plain numbers beside their name. */
const CURRENCIES_WITH_UNIT = ['CHF', 'CZK', 'DKK', 'EUR', 'GBP', 'INR', 'JPY', 'KRW', 'NOK', 'PLN', 'SEK', 'USD'];

/** A series for each currency: minutes summed up to what fits on the screen, and zero where nothing was sold. */
export const realtimeRevenue: TimeSeriesPanel = {
  id: 4,
  type: 'timeseries',
  ...charts.realtime_revenue,
  gridPos: { x: 0, y: 5, w: 14, h: 9 },
  datasource,
  interval: '1m',
  maxDataPoints: 300,
  // An empty choice (a shop without revenue yet) is an empty array; `in ()` would be an error.
  targets: query(
    'time_series',
    `
select $__timeGroupAlias(minute, $__interval, 0), currency as metric, sum(net) as net
from analytics.realtime_revenue
where $__timeFilter(minute) and currency = any (array[\${currency:sqlstring}]::text[])
group by 1, 2
order by 1, 2`,
  ),
  options,
  fieldConfig: {
    defaults: { ...palette, custom: bars, decimals: 2, unit: 'locale' },
    overrides: CURRENCIES_WITH_UNIT.map((currency) => column(currency, { id: 'unit', value: `currency${currency}` })),
  },
};

export const cartTrends: TimeSeriesPanel = {
  id: 3,
  type: 'timeseries',
  ...charts.cart_trends,
  gridPos: { x: 0, y: 14, w: 14, h: 9 },
  datasource,
  interval: '1h',
  targets: query(
    'time_series',
    `
select hour as "time", adds, removes, abandoned_carts, recovered_carts
from analytics.cart_trends
where $__timeFilter(hour)
order by 1`,
  ),
  options,
  fieldConfig: {
    defaults: { ...palette, custom: bars, decimals: 0, unit: 'short' },
    overrides: [
      named('adds', 'adds'),
      named('removes', 'removes'),
      named('abandoned_carts', 'abandoned carts', { id: 'custom.drawStyle', value: 'line' }),
      named('recovered_carts', 'recovered carts', { id: 'custom.drawStyle', value: 'line' }),
    ],
  },
};
