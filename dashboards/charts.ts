import type { ViewName } from './views.ts';

export const DASHBOARD_TITLE = 'BazaarStream';
export const DASHBOARD_DESCRIPTION =
  'What shoppers do, as the shop reports it. Times and hours are instants; days are those of the shop.';

/** A chart, whatever tool draws it. */
export type Chart = {
  readonly title: string;
  /** What is counted, in which unit, and how far back: shown beside the chart. */
  readonly description: string;
};

export const charts: Readonly<Record<ViewName, Chart>> = {
  active_sessions: {
    title: 'Active sessions',
    description: 'Sessions with an event within the last 30 minutes, whatever time range is chosen.',
  },
  top_viewed_items: {
    title: 'Top viewed items',
    description:
      'The products with the most views in the last 24 full hours and the current one, whatever time range is chosen. Cart adds are events, not units. Known bots are left out.',
  },
  cart_trends: {
    title: 'Cart trends',
    description:
      'Events by hour, at most the last 24 hours. A cart that is still filled and was left alone for an hour is abandoned in the hour of its last change; an order an hour or more after the last add recovers a cart.',
  },
  realtime_revenue: {
    title: 'Real-time revenue',
    description:
      'Unit prices times quantities, less discounts and refunds, without tax and shipping; at most the last 24 hours. A refund lowers the time in which it was made. Currencies are never added up.',
  },
  conversion_funnel: {
    title: 'Conversion funnel',
    description:
      'People by day of the shop, each counted once a day and step, at most the last seven days. Conversion is buyers divided by viewers.',
  },
};

/** Beside the five: how old what they show is. */
export const freshnessChart: Chart = {
  title: 'Freshness',
  description: 'Age of the newest event in each view. In a quiet shop it grows although nothing is late.',
};
