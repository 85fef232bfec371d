import type { DashboardPanel } from '../../../dashboards/grafana/schema.ts';
import { currencyCodes } from '../../../events/currencies.ts';

/** What Grafana makes of the columns `time` and `metric` itself. */
const RESERVED = ['time', 'metric'];

/**
 * What is wrong between a panel's settings and the columns of its query: a setting for a column that the query does not
 * return, and a column that nothing names. Where `metric` names the series, settings are for currencies.
 */
export function panelProblems(panel: DashboardPanel, columns: readonly string[]): string[] {
  const named = panel.fieldConfig.overrides.map(({ matcher }) => matcher.options);
  const isSeries = columns.includes('metric');
  const known = isSeries ? currencyCodes : columns;
  const shown = panel.fieldConfig.overrides.flatMap(({ properties }) =>
    properties.flatMap((property) => (property.id === 'displayName' ? [property.value] : [])),
  );
  const unnamed = columns.filter((column) => !RESERVED.includes(column) && !named.includes(column));
  return [
    ...named.filter((name) => !known.includes(name)).map((name) => `${panel.title}: no column "${name}"`),
    ...(isSeries ? [] : unnamed.map((column) => `${panel.title}: nothing says how "${column}" is shown`)),
    ...optionColumns(panel)
      .filter((name) => !columns.includes(name) && !shown.includes(name))
      .map((name) => `${panel.title}: no column "${name}"`),
    ...(panel.targets[0].format === 'time_series' && columns[0] !== 'time' ? [`${panel.title}: no column "time"`] : []),
  ];
}

/** Columns that options name outside of the overrides, by their own name or by the one that is shown. */
function optionColumns(panel: DashboardPanel): string[] {
  if (panel.type === 'barchart')
    return [panel.options.xField, panel.options.colorByField].filter((name) => name !== undefined);
  if (panel.type === 'table') return (panel.options.sortBy ?? []).map(({ displayName }) => displayName);
  return [];
}
