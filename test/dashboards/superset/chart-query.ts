import type { Chart, Dataset } from './read-bundle.ts';

/** What a chart asks of its dataset, as one statement: its columns, and its metrics grouped by them. */
export function chartQuery({ params }: Chart, dataset: Dataset): string {
  const ordered = (params.order_by_cols ?? []).map((text): string => JSON.parse(text)[0]);
  const columns = [params.x_axis ?? [], params.groupby ?? [], params.all_columns ?? [], ordered].flat();
  const metrics = [params.metric ?? [], params.metrics ?? [], params.metrics_b ?? []].flat();
  const expressions = [
    ...columns.map((name) => columnExpression(dataset, name)),
    ...metrics.map((name) => metricExpression(dataset, name)),
  ];
  const groups = metrics.length === 0 ? '' : ` group by ${columns.map((_, index) => index + 1).join(', ')}`;
  return `select ${expressions.join(', ')} from ${dataset.schema}.${dataset.table_name}${groups}`;
}

function columnExpression({ columns, table_name }: Dataset, name: string): string {
  const column = columns.find(({ column_name }) => column_name === name);
  if (column === undefined) throw new Error(`${table_name} has no column ${name}`);
  return column.expression ?? `"${name}"`;
}

function metricExpression({ metrics, table_name }: Dataset, name: string): string {
  const metric = metrics.find(({ metric_name }) => metric_name === name);
  if (metric === undefined) throw new Error(`${table_name} has no metric ${name}`);
  return metric.expression;
}
