import type { Override, SqlTarget } from './schema.ts';

/** The plugin that Grafana ships, and the variable in which the viewer chooses among its data sources. */
export const DATASOURCE_TYPE = 'grafana-postgresql-datasource';
export const datasource = { type: DATASOURCE_TYPE, uid: `\${datasource}` } as const;

/** The query of a panel. `time_series` needs a column `time`, in ascending order. */
export function query(format: SqlTarget['format'], rawSql: string): readonly [SqlTarget] {
  return [{ refId: 'A', datasource, editorMode: 'code', format, rawQuery: true, rawSql: rawSql.trim() }];
}

/** Settings of one column of a panel's query, or of one series. */
export function column<Custom>(options: string, ...properties: Override<Custom>['properties']): Override<Custom> {
  return { matcher: { id: 'byName', options }, properties };
}

/** The name under which a column is shown. */
export function named<Custom>(
  options: string,
  value: string,
  ...more: Override<Custom>['properties']
): Override<Custom> {
  return { matcher: { id: 'byName', options }, properties: [{ id: 'displayName', value }, ...more] };
}
