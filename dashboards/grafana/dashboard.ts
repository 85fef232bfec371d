import { DASHBOARD_DESCRIPTION, DASHBOARD_TITLE } from '../charts.ts';
import { DATASOURCE_TYPE, datasource } from './query.ts';
import { conversionFunnel, topViewedItems } from './rankings.ts';
import type { DashboardFile } from './schema.ts';
import { activeSessions, freshness } from './tiles.ts';
import { cartTrends, realtimeRevenue } from './timelines.ts';

/** The uid of the provisioned data source and of the dashboard: links to it stay. */
export const UID = 'bazaarstream';
/** Of the dashboard format that Grafana 13.2 writes; older releases are read by newer ones, not the other way round. */
const SCHEMA_VERSION = 42;

const CURRENCIES = 'select distinct currency from analytics.realtime_revenue order by 1';

/** The dashboard of the five views. */
export const dashboard: DashboardFile = {
  uid: UID,
  title: DASHBOARD_TITLE,
  description: DASHBOARD_DESCRIPTION,
  tags: ['bazaarstream'],
  schemaVersion: SCHEMA_VERSION,
  editable: true,
  graphTooltip: 1,
  refresh: '5s',
  time: { from: 'now-24h', to: 'now' },
  timepicker: { refresh_intervals: ['5s', '10s', '30s', '1m', '5m'] },
  timezone: 'browser',
  annotations: { list: [] },
  links: [],
  templating: {
    list: [
      {
        name: 'datasource',
        label: 'Data source',
        type: 'datasource',
        query: DATASOURCE_TYPE,
        current: { text: DASHBOARD_TITLE, value: UID },
        hide: 0,
      },
      {
        name: 'currency',
        label: 'Currency',
        description: 'of the revenue; amounts of different currencies are never added up',
        type: 'query',
        datasource,
        query: CURRENCIES,
        current: { text: ['All'], value: ['$__all'] },
        includeAll: true,
        multi: true,
        refresh: 2,
        sort: 1,
        hide: 0,
      },
    ],
  },
  panels: [activeSessions, freshness, realtimeRevenue, topViewedItems, cartTrends, conversionFunnel],
};
