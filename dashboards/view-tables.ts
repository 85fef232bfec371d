/** What the database says about its views: a row for each column, in order. Any role may ask. */
export const viewColumns = `
  select c.relname as view, obj_description(c.oid, 'pg_class') as about, a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as comment
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v'
  order by c.relname, a.attnum`;

type Row = Readonly<Record<string, unknown>>;

const START = '<!-- views -->';
const END = '<!-- end of views -->';

/**
 * The document with the tables of the views between its marks brought up to date.
 *
 * @param rows the answer to `viewColumns`
 * @throws Error when the document has no marks
 */
export function renewViewTables(document: string, rows: readonly Row[]): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`the document has no block "${START}" … "${END}"`);
  return `${document.slice(0, start)}${START}\n${viewTables(rows)}\n${document.slice(end)}`;
}

/** The unit of a column that is not a count. */
const units: Readonly<Record<string, string>> = {
  freshness_seconds: 'seconds',
  gross: 'the currency',
  refunded: 'the currency',
  net: 'the currency',
  conversion: 'share of 1',
  click_through_rate: 'share of 1',
  mean_position: 'place in a list',
};
const unitOf = ({ name, type }: Row) => units[String(name)] ?? (type === 'bigint' ? 'count' : '');

function viewTables(rows: readonly Row[]): string {
  return [...new Set(rows.map(({ view }) => view))]
    .map((view) => {
      const columns = rows.filter((row) => row.view === view);
      const lines = columns.map(
        (row) => `| \`${row.name}\` | ${shortType(String(row.type))} | ${unitOf(row)} | ${cell(row.comment)} |`,
      );
      return [
        `### \`analytics.${view}\``,
        '',
        `${sentence(columns[0]?.about)}`,
        '',
        '| column | type | unit | what it is |',
        '|---|---|---|---|',
        ...lines,
      ].join('\n');
    })
    .join('\n\n');
}

const cell = (text: unknown) => String(text ?? '').replaceAll('|', '\\|');
const shortType = (type: string) => type.replace('timestamp with time zone', 'timestamptz');

function sentence(text: unknown): string {
  const words = String(text ?? '');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
