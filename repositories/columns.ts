/** The columns of a set of rows that is sent as arrays, with their Postgres types, in the order of the parameters. */
export type Columns<Row> = { readonly [Name in keyof Row & string]: string };

/** `unnest($1::text[], …) as alias (a, …)`: one array parameter a column, whatever the number of rows. */
export function unnest<Row>(columns: Columns<Row>, alias: string): string {
  const types = Object.values<string>(columns);
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  return `unnest(${arrays.join(', ')}) as ${alias} (${names(columns)})`;
}

/** The column names, separated by commas. */
export function names<Row>(columns: Columns<Row>): string {
  return Object.keys(columns).join(', ');
}

/** The rows turned into one array a column: the parameters of `unnest`. */
export function arraysOf<Row>(columns: Columns<Row>, rows: readonly Row[]): unknown[][] {
  const keys = Object.keys(columns) as (keyof Row & string)[];
  return keys.map((key) => rows.map((row) => row[key]));
}
