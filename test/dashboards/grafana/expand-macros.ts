/**
 * Makes SQL of a panel's query as Grafana and its PostgreSQL data source do, each rule after its source
 * (github.com/grafana/grafana): variables in the browser (`public/app/features/templating/formatRegistry.ts`, `sqlstring`
 * doubles quotes and puts commas between values), then `$__interval` and `$__interval_ms`
 * (`pkg/tsdb/grafana-postgresql-datasource/sqleng/sql_engine.go`, `Interpolate`), then macros by one regular expression,
 * which ends at the first closing bracket (`macros.go`, beside it). What the data source does not know is an error there
 * too.
 */
export type Scope = {
  readonly from: Date;
  readonly to: Date;
  readonly intervalSeconds: number;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
};

export function expandQuery(rawSql: string, scope: Scope): string {
  const sql = interpolateVariables(rawSql, scope)
    .replaceAll('$__interval_ms', String(scope.intervalSeconds * 1_000))
    .replaceAll('$__interval', formatInterval(scope.intervalSeconds));
  return sql.replaceAll(/\$([_a-zA-Z0-9]+)\(([^)]*)\)/g, (_, name: string, text: string) => {
    const macro = macros[name];
    if (macro === undefined) throw new Error(`unknown macro "${name}"`);
    return macro(
      scope,
      text.split(',').map((argument) => argument.trim()),
    );
  });
}

function interpolateVariables(text: string, { variables }: Scope): string {
  return text.replaceAll(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`unknown variable "${name}"`);
    if (format === 'sqlstring')
      return [value]
        .flat()
        .map((each) => `'${each.replaceAll("'", "''")}'`)
        .join(',');
    if (format === undefined && typeof value === 'string') return value;
    throw new Error(`"${name}" is not formatted for SQL: ${format}`);
  });
}

const quoted = (time: Date) => `'${time.toISOString()}'`;

/** `m`, `h`, `d` for whole ones, as `gtime.FormatInterval` says it. */
function formatInterval(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const;
  const [size, unit] = units.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Math.floor(seconds / size)}${unit}`;
}

function secondsOf(interval = ''): number {
  const [, count, unit] = /^'?(\d+)([smhd])'?$/.exec(interval) ?? [];
  if (count === undefined) throw new Error(`error parsing interval ${interval}`);
  return Number(count) * { s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}

type Macro = (scope: Scope, args: readonly string[]) => string;

const timeGroup: Macro = (_, [column, interval]) => {
  const seconds = secondsOf(interval);
  return `floor(extract(epoch from ${column})/${seconds})*${seconds}`;
};

const macros: Readonly<Record<string, Macro>> = {
  __timeFilter: ({ from, to }, [column]) => `${column} BETWEEN ${quoted(from)} AND ${quoted(to)}`,
  __timeFrom: ({ from }) => quoted(from),
  __timeTo: ({ to }) => quoted(to),
  __timeGroup: timeGroup,
  __timeGroupAlias: (scope, args) => `${timeGroup(scope, args)} AS "time"`,
};
