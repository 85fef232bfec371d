import type { Dashboard, FieldConfig, Panel } from '@grafana/schema';
import type {
  FieldConfig as BarChartField,
  Options as BarChartOptions,
} from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type {
  FieldConfig as TableField,
  Options as TableOptions,
} from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type {
  FieldConfig as TimeSeriesField,
  Options as TimeSeriesOptions,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** Grafana's types name their values by enums; a JSON file holds the values. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

type NoCustom = Record<never, never>;
type Fields = Omit<FieldConfig, 'custom'>;
/** A setting of some fields alone, by its path: `unit`, `custom.width`. */
type Property<Custom> =
  | {
      [Name in keyof Fields & string]: { readonly id: Name; readonly value: Plain<NonNullable<Fields[Name]>> };
    }[keyof Fields & string]
  | {
      [Name in keyof Custom & string]: {
        readonly id: `custom.${Name}`;
        readonly value: Plain<NonNullable<Custom[Name]>>;
      };
    }[keyof Custom & string];

export type Override<Custom = NoCustom> = {
  readonly matcher: { readonly id: 'byName'; readonly options: string };
  readonly properties: readonly Property<Custom>[];
};

/** A query to the PostgreSQL data source. */
export type SqlTarget = {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly editorMode: 'code';
  readonly format: 'table' | 'time_series';
  readonly rawQuery: true;
  readonly rawSql: string;
};

type Visual<Type extends string, Options, Custom = NoCustom> = Plain<
  Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'title' | 'description' | 'gridPos'>
> & {
  readonly type: Type;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly [SqlTarget];
  readonly options: Plain<Options>;
  readonly fieldConfig: {
    readonly defaults: Plain<Fields> & { readonly custom?: Partial<Plain<Custom>> };
    readonly overrides: readonly Override<Custom>[];
  };
};

export type StatPanel = Visual<'stat', StatOptions>;
export type TablePanel = Visual<'table', TableOptions, TableField>;
export type TimeSeriesPanel = Visual<'timeseries', TimeSeriesOptions, TimeSeriesField>;
export type BarChartPanel = Visual<'barchart', BarChartOptions, BarChartField>;
export type DashboardPanel = StatPanel | TablePanel | TimeSeriesPanel | BarChartPanel;

/** Grafana's dashboard as its JSON file holds it, with panels of the kinds used here. */
export type DashboardFile = Plain<Omit<Dashboard, 'panels'>> & { readonly panels: readonly DashboardPanel[] };
