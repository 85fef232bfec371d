import { type Chart, charts, freshnessChart } from '../charts.ts';
import { views } from '../views.ts';

/** The dashboard's filter, and the variable of the question that it is for. */
export const CURRENCY = 'currency';

export type Question = {
  readonly chart: Chart;
  readonly sql: string;
  readonly display: 'bar' | 'combo' | 'row' | 'table';
  readonly settings: Readonly<Record<string, unknown>>;
  /** Columns of 24, and rows. */
  readonly place: { readonly col: number; readonly row: number; readonly size_x: number; readonly size_y: number };
};

const graph = (dimensions: readonly string[], metrics: readonly string[]) => ({
  'graph.dimensions': dimensions,
  'graph.metrics': metrics,
});

/** A question for each view, and one for how fresh they are. */
export const questions: readonly Question[] = [
  {
    chart: charts.active_sessions,
    sql: `select step, sessions
from (
  select count(*) as every, count(*) filter (where cart_adds > 0) as added,
    count(*) filter (where checkouts > 0) as checked_out, count(*) filter (where purchases > 0) as bought
  from analytics.active_sessions
) counted
cross join lateral (
  values (1, 'all', every), (2, 'added to a cart', added), (3, 'began a checkout', checked_out), (4, 'bought', bought)
) steps (nth, step, sessions)
order by nth`,
    display: 'row',
    settings: { ...graph(['step'], ['sessions']), 'graph.show_values': true },
    place: { col: 0, row: 0, size_x: 14, size_y: 5 },
  },
  {
    chart: freshnessChart,
    sql: `${Object.keys(views)
      .map((view) => `select '${view}' as view, min(freshness_seconds) as seconds from analytics.${view}`)
      .join('\nunion all\n')}`,
    display: 'table',
    settings: {},
    place: { col: 14, row: 0, size_x: 10, size_y: 5 },
  },
  {
    chart: charts.realtime_revenue,
    sql: `select date_trunc('hour', minute, 'UTC') as hour, currency, sum(net) as net
from analytics.realtime_revenue
where true [[and currency = {{${CURRENCY}}}]]
group by 1, 2
order by 1, 2`,
    display: 'bar',
    settings: { ...graph(['hour', 'currency'], ['net']), 'stackable.stack_type': null },
    place: { col: 0, row: 5, size_x: 14, size_y: 7 },
  },
  {
    chart: charts.top_viewed_items,
    sql: `select coalesce(name, product_id) as product, category, views, cart_adds, units_sold, freshness_seconds
from analytics.top_viewed_items
order by views desc, product_id
limit 25`,
    display: 'table',
    settings: {},
    place: { col: 14, row: 5, size_x: 10, size_y: 14 },
  },
  {
    chart: charts.cart_trends,
    sql: `select hour, adds, removes, abandoned_carts, recovered_carts
from analytics.cart_trends
order by 1`,
    display: 'combo',
    settings: graph(['hour'], ['adds', 'removes', 'abandoned_carts', 'recovered_carts']),
    place: { col: 0, row: 12, size_x: 14, size_y: 7 },
  },
  {
    chart: charts.conversion_funnel,
    sql: `select to_char(day, 'YYYY-MM-DD') as day, viewers, cart_adders, checkouts, buyers, conversion
from analytics.conversion_funnel
order by 1`,
    display: 'bar',
    settings: {
      ...graph(['day'], ['viewers', 'cart_adders', 'checkouts', 'buyers']),
      'graph.tooltip_columns': ['conversion'],
    },
    place: { col: 0, row: 19, size_x: 24, size_y: 7 },
  },
];

/** The columns that a question's settings name. */
export function namedColumns({ settings }: Question): string[] {
  return ['graph.dimensions', 'graph.metrics', 'graph.tooltip_columns'].flatMap(
    (key) => (settings[key] as string[] | undefined) ?? [],
  );
}
