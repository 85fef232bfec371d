import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';

export type Column = { column_name: string; type: string; is_dttm: boolean; description: string; expression?: string };
export type Dataset = {
  table_name: string;
  schema: string;
  description: string;
  main_dttm_col: string;
  uuid: string;
  database_uuid: string;
  columns: Column[];
  metrics: { metric_name: string; expression: string }[];
};
export type Chart = {
  slice_name: string;
  viz_type: string;
  uuid: string;
  dataset_uuid: string;
  params: {
    viz_type: string;
    x_axis?: string;
    groupby?: string[];
    all_columns?: string[];
    order_by_cols?: string[];
    metric?: string;
    metrics?: string[];
    metrics_b?: string[];
  };
};
type Place = {
  id: string;
  parents?: string[];
  children?: string[];
  meta?: { chartId?: number; uuid: string; sliceName: string };
};
type Filter = {
  id: string;
  targets: { datasetUuid?: string; column?: { name: string } }[];
  scope: { excluded: number[] };
};
export type Dashboard = {
  uuid: string;
  position: Record<string, Place | string>;
  metadata: { refresh_frequency: number; native_filter_configuration: Filter[] };
};

export type Bundle = {
  files: Record<string, string>;
  database: { uuid: string; sqlalchemy_uri: string };
  datasets: Dataset[];
  charts: Chart[];
  dashboard: Dashboard;
};

/** What Superset finds in a zip: it drops the first folder of each path. */
export function readBundle(zip: Uint8Array): Bundle {
  const entries = Object.entries(unzipSync(zip)).map(([path, bytes]) => [
    path.replace(/^[^/]+\//, ''),
    strFromU8(bytes),
  ]);
  const files: Record<string, string> = Object.fromEntries(entries);
  const inFolder = <T>(folder: string): T[] =>
    Object.keys(files)
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => parse(files[path] ?? ''));
  const [database] = inFolder<Bundle['database']>('databases');
  const [dashboard] = inFolder<Dashboard>('dashboards');
  if (database === undefined || dashboard === undefined) throw new Error('no database or no dashboard in the bundle');
  return { files, database, dashboard, datasets: inFolder('datasets'), charts: inFolder('charts') };
}
