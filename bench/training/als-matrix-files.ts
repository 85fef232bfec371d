import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type SparseMatrix, sparseMatrixOf } from '../../ml/als/sparse-matrix.ts';

/** Lines of a file that may be packed with gzip. */
export function readLines(file: string): string[] {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n');
}

/** Counts of clicks, people × products; products are numbered as they first appear. */
export function matrixOfSessions(sessions: readonly string[]): { matrix: SparseMatrix; products: Map<string, number> } {
  const products = new Map<string, number>();
  const [rows, columns]: [number[], number[]] = [[], []];
  for (const [row, session] of sessions.entries())
    for (const product of session.split(' ')) {
      if (!products.has(product)) products.set(product, products.size);
      rows.push(row);
      columns.push(products.get(product) ?? 0);
    }
  const values = new Uint8Array(rows.length).fill(1);
  return { matrix: sparseMatrixOf(sessions.length, products.size, { rows, columns, values }), products };
}

const FILES = { rowStarts: 'row_starts.u32', columns: 'columns.u32', values: 'values.f32' } as const;

export function writeMatrix(folder: string, matrix: SparseMatrix): void {
  for (const field of ['rowStarts', 'columns', 'values'] as const)
    writeFileSync(path.join(folder, FILES[field]), matrix[field]);
}

export function readMatrix(folder: string): SparseMatrix {
  const bytesOf = (field: keyof typeof FILES) => readFileSync(path.join(folder, FILES[field]));
  const rowStarts = new Uint32Array(new Uint8Array(bytesOf('rowStarts')).buffer);
  const columns = new Uint32Array(new Uint8Array(bytesOf('columns')).buffer);
  const values = new Float32Array(new Uint8Array(bytesOf('values')).buffer);
  const columnCount = columns.reduce((most, column) => Math.max(most, column + 1), 0);
  return { rowCount: rowStarts.length - 1, columnCount, rowStarts, columns, values };
}
