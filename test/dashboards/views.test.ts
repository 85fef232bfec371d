import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { renewViewTables, viewColumns } from '../../dashboards/view-tables.ts';
import { type ColumnKind, views } from '../../dashboards/views.ts';
import { withDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';

const document = readFileSync(resolve(import.meta.dirname, '../../docs/dashboards.md'), 'utf8');

/** The database's own names for what a BI tool is told. */
const kinds: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  bigint: 'integer',
  integer: 'integer',
  numeric: 'decimal',
  'numeric(12,3)': 'decimal',
  boolean: 'boolean',
  'timestamp with time zone': 'time',
  date: 'day',
};

test('what tools are told of the views, and what the document says, is what the database has', async () => {
  await withDatabase(async (database) => {
    const rows = await query(database.biUrl, viewColumns);
    expect(renewViewTables(document, rows), 'run `npm run dashboards`').toBe(document);
    const known = Object.entries(views).map(([view, columns]) => [view, Object.entries(columns)]);
    const found = Object.keys(views).map((view) => [
      view,
      rows.filter((row) => row.view === view).map(({ name, type }) => [name, kinds[String(type)] ?? type]),
    ]);
    expect(known).toEqual(found);
  });
});

test('a document without the marks is not written over', () => {
  expect(() => renewViewTables('# Dashboards', [])).toThrow(/has no block "<!-- views -->"/);
});
