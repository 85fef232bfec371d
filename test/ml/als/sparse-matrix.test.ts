import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SparseMatrix, sparseMatrixOf, transpose } from '../../../ml/als/sparse-matrix.ts';

const ROWS = 6;
const COLUMNS = 5;
const triple = fc.record({ row: fc.nat(ROWS - 1), column: fc.nat(COLUMNS - 1), value: fc.integer({ min: 1, max: 9 }) });

type Triple = { row: number; column: number; value: number };
const matrixOf = (triples: readonly Triple[]) =>
  sparseMatrixOf(ROWS, COLUMNS, {
    rows: triples.map(({ row }) => row),
    columns: triples.map(({ column }) => column),
    values: triples.map(({ value }) => value),
  });

function entriesOf({ rowCount, rowStarts, columns, values }: SparseMatrix): [string, number | undefined][] {
  return Array.from({ length: rowCount }, (_, row) => row).flatMap((row) =>
    [...columns.subarray(rowStarts[row], rowStarts[row + 1])].map((column, index): [string, number | undefined] => [
      `${row},${column}`,
      values[(rowStarts[row] ?? 0) + index],
    ]),
  );
}

test('sums triples of the same place and orders them by row and column', () => {
  fc.assert(
    fc.property(fc.array(triple, { maxLength: 60 }), (triples) => {
      const sums = new Map<string, number>();
      for (const { row, column, value } of triples)
        sums.set(`${row},${column}`, (sums.get(`${row},${column}`) ?? 0) + value);
      expect(entriesOf(matrixOf(triples))).toEqual([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
  );
});

test('transposes: rows become columns, and twice gives the matrix again', () => {
  fc.assert(
    fc.property(fc.array(triple, { maxLength: 60 }), (triples) => {
      const turned = triples.map(({ row, column, value }) => ({ row: column, column: row, value }));
      const matrix = matrixOf(triples.map((one) => ({ ...one, row: one.row % COLUMNS })));
      expect(transpose(transpose(matrix))).toEqual(matrix);
      const swapped = sparseMatrixOf(COLUMNS, ROWS, {
        rows: turned.map(({ row }) => row),
        columns: turned.map(({ column }) => column),
        values: turned.map(({ value }) => value),
      });
      expect(transpose(matrixOf(triples))).toEqual(swapped);
    }),
  );
});

test.each([
  [{ rows: [0, 1], columns: [0], values: [1] }, 'triples have 2 rows, 1 columns and 1 values; allowed is one each'],
  [{ rows: [6], columns: [0], values: [1] }, 'row 6 of triple 0 is not below 6'],
  [{ rows: [0], columns: [-1], values: [1] }, 'column -1 of triple 0 is not below 5'],
  [{ rows: [0.5], columns: [0], values: [1] }, 'row 0.5 of triple 0 is not below 6'],
])('refuses %j', (triples, message) => {
  expect(() => sparseMatrixOf(ROWS, COLUMNS, triples)).toThrow(expect.objectContaining({ code: 'usage', message }));
});
