import { charts } from '../charts.ts';
import { datasource, named, query } from './query.ts';
import type { BarChartPanel, TablePanel } from './schema.ts';

const MINUTE = 60;

export const topViewedItems: TablePanel = {
  id: 2,
  type: 'table',
  ...charts.top_viewed_items,
  gridPos: { x: 14, y: 5, w: 10, h: 18 },
  datasource,
  targets: query(
    'table',
    `
select coalesce(name, product_id) as product, category, views, cart_adds, units_sold, freshness_seconds
from analytics.top_viewed_items
order by views desc, product_id
limit 25`,
  ),
  options: { cellHeight: 'sm', frameIndex: 0, showHeader: true, sortBy: [{ desc: true, displayName: 'views' }] },
  fieldConfig: {
    defaults: {
      custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
      thresholds: { mode: 'absolute', steps: [{ color: 'text', value: null }] },
      unit: 'short',
    },
    overrides: [
      named('product', 'product', { id: 'custom.minWidth', value: 160 }),
      named('category', 'category'),
      named('views', 'views', { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } }),
      named('cart_adds', 'cart adds'),
      named('units_sold', 'units sold'),
      named(
        'freshness_seconds',
        'last view',
        { id: 'unit', value: 's' },
        { id: 'decimals', value: 0 },
        { id: 'custom.cellOptions', value: { type: 'color-text' } },
        {
          id: 'thresholds',
          value: {
            mode: 'absolute',
            steps: [
              { color: 'green', value: null },
              { color: 'text', value: 5 * MINUTE },
            ],
          },
        },
      ),
    ],
  },
};

/** A day is text here: Grafana takes a date for midnight UTC, and would show people west of it the day before. */
export const conversionFunnel: BarChartPanel = {
  id: 5,
  type: 'barchart',
  ...charts.conversion_funnel,
  gridPos: { x: 0, y: 23, w: 24, h: 9 },
  datasource,
  timeFrom: '7d',
  targets: query(
    'table',
    `
select to_char(day, 'YYYY-MM-DD') as day, viewers, cart_adders, checkouts, buyers, conversion
from analytics.conversion_funnel
where day_starts_at > $__timeFrom()::timestamptz - interval '1 day' and day_starts_at <= $__timeTo()::timestamptz
order by 1`,
  ),
  options: {
    barWidth: 0.9,
    fullHighlight: false,
    groupWidth: 0.7,
    legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
    orientation: 'auto',
    showValue: 'auto',
    stacking: 'none',
    tooltip: { mode: 'multi', sort: 'none' },
    xField: 'day',
    xTickLabelMaxLength: 10,
    xTickLabelRotation: 0,
  },
  fieldConfig: {
    defaults: {
      color: { mode: 'palette-classic' },
      custom: { fillOpacity: 80, lineWidth: 0 },
      decimals: 0,
      thresholds: { mode: 'absolute', steps: [{ color: 'text', value: null }] },
      unit: 'short',
    },
    overrides: [
      named('day', 'day'),
      named('viewers', 'viewed'),
      named('cart_adders', 'added to a cart'),
      named('checkouts', 'began a checkout'),
      named('buyers', 'bought'),
      named(
        'conversion',
        'conversion',
        { id: 'unit', value: 'percentunit' },
        { id: 'decimals', value: 1 },
        { id: 'custom.axisPlacement', value: 'right' },
        { id: 'custom.hideFrom', value: { legend: false, tooltip: false, viz: true } },
      ),
    ],
  },
};
