import { parse } from 'csv-parse/sync';
import { messageOf } from '../../platform/errors.ts';
import type { Line } from './source-file.ts';

/** What became of a line: an event to send, a reason why it cannot be one, or nothing to send (blank, merged). */
export type Row =
  | { readonly line: number; readonly event: object }
  | { readonly line: number; readonly bad: string }
  | { readonly line: number; readonly skip: 'blank' | 'merged' };

/** What a mapping needs to know beside the row itself. */
export type FileContext = {
  /** SHA-256 of the content: with the line number it names an event for good. */
  readonly digest: string;
  /** Currency of prices in files that name none. */
  readonly currency: string;
  /** ISO 8601; stands in for a time that the file does not give. The same for every replay of the file. */
  readonly firstReplayedAt: string;
};

/** How lines of one format become events, from the first line that holds one. */
export type Format = {
  readonly firstLine: number;
  readonly toRow: (line: Line, file: FileContext) => Row;
};

/**
 * The named fields of a CSV line; a text says what is wrong with a torn one. The last `optional` columns may be missing
 * altogether. No row of these formats spans lines.
 */
export function parseCsvLine<C extends string>(
  text: string,
  columns: readonly C[],
  optional = 0,
): Record<C, string> | string {
  let fields: string[];
  try {
    fields = (parse(text) as string[][])[0] ?? [];
  } catch (error) {
    return `torn row: ${messageOf(error)}`;
  }
  if (fields.length > columns.length || fields.length < columns.length - optional)
    return `torn row: got ${fields.length} fields; expected ${columns.length}`;
  return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ''])) as Record<C, string>;
}
