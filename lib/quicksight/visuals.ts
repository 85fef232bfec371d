import type { CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import { type Chart, charts } from '../../dashboards/charts.ts';
import { category, count, date, measure } from './fields.ts';

/** A visual with its place on the sheet, which is 36 columns wide. */
export type PlacedVisual = {
  readonly id: string;
  readonly visual: CfnDashboard.VisualProperty;
  readonly place: Pick<CfnDashboard.GridLayoutElementProperty, 'columnSpan' | 'rowSpan'> & {
    readonly columnIndex: number;
    readonly rowIndex: number;
  };
};

const label = (id: string, { title, description }: Chart) => ({
  visualId: id,
  title: { visibility: 'VISIBLE', formatText: { plainText: title } },
  subtitle: { visibility: 'VISIBLE', formatText: { plainText: description } },
});

const freshness: Chart = {
  title: 'Freshness, in seconds',
  description: 'Age of the newest event of an active session. In a quiet shop it grows although nothing is late.',
};

export const REVENUE = 'realtime-revenue';

/** The five views, and how fresh they are. */
export const placedVisuals: readonly PlacedVisual[] = [
  {
    id: 'active-sessions',
    place: { columnIndex: 0, rowIndex: 0, columnSpan: 18, rowSpan: 6 },
    visual: {
      kpiVisual: {
        ...label('active-sessions', charts.active_sessions),
        chartConfiguration: { fieldWells: { values: [count('active_sessions', 'session')] } },
      },
    },
  },
  {
    id: 'freshness',
    place: { columnIndex: 18, rowIndex: 0, columnSpan: 18, rowSpan: 6 },
    visual: {
      kpiVisual: {
        ...label('freshness', freshness),
        chartConfiguration: { fieldWells: { values: [measure('active_sessions', 'freshness_seconds', 'MIN')] } },
      },
    },
  },
  {
    id: REVENUE,
    place: { columnIndex: 0, rowIndex: 6, columnSpan: 18, rowSpan: 10 },
    visual: {
      lineChartVisual: {
        ...label(REVENUE, charts.realtime_revenue),
        chartConfiguration: {
          type: 'LINE',
          fieldWells: {
            lineChartAggregatedFieldWells: {
              category: [date('realtime_revenue', 'minute', 'HOUR')],
              colors: [category('realtime_revenue', 'currency')],
              values: [measure('realtime_revenue', 'net')],
            },
          },
        },
      },
    },
  },
  {
    id: 'top-viewed-items',
    place: { columnIndex: 18, rowIndex: 6, columnSpan: 18, rowSpan: 21 },
    visual: {
      tableVisual: {
        ...label('top-viewed-items', charts.top_viewed_items),
        chartConfiguration: {
          fieldWells: {
            tableAggregatedFieldWells: {
              groupBy: [
                category('top_viewed_items', 'product_id'),
                category('top_viewed_items', 'name'),
                category('top_viewed_items', 'category'),
              ],
              values: [
                measure('top_viewed_items', 'views'),
                measure('top_viewed_items', 'cart_adds'),
                measure('top_viewed_items', 'units_sold'),
              ],
            },
          },
          sortConfiguration: {
            rowSort: [{ fieldSort: { fieldId: 'top_viewed_items.views', direction: 'DESC' } }],
          },
        },
      },
    },
  },
  {
    id: 'cart-trends',
    place: { columnIndex: 0, rowIndex: 16, columnSpan: 18, rowSpan: 11 },
    visual: {
      lineChartVisual: {
        ...label('cart-trends', charts.cart_trends),
        chartConfiguration: {
          type: 'LINE',
          fieldWells: {
            lineChartAggregatedFieldWells: {
              category: [date('cart_trends', 'hour', 'HOUR')],
              values: (['adds', 'removes', 'abandoned_carts', 'recovered_carts'] as const).map((column) =>
                measure('cart_trends', column),
              ),
            },
          },
        },
      },
    },
  },
  {
    id: 'conversion-funnel',
    place: { columnIndex: 0, rowIndex: 27, columnSpan: 36, rowSpan: 12 },
    visual: {
      barChartVisual: {
        ...label('conversion-funnel', charts.conversion_funnel),
        chartConfiguration: {
          orientation: 'VERTICAL',
          barsArrangement: 'CLUSTERED',
          fieldWells: {
            barChartAggregatedFieldWells: {
              category: [date('conversion_funnel', 'day', 'DAY')],
              values: (['viewers', 'cart_adders', 'checkouts', 'buyers'] as const).map((column) =>
                measure('conversion_funnel', column),
              ),
            },
          },
        },
      },
    },
  },
];
