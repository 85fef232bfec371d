import { createRandom } from '../../../local/shoppers/random.ts';
import { type SparseMatrix, sparseMatrixOf } from '../../../ml/als/sparse-matrix.ts';

/** A matrix with about so many entries of 1, 2 or more; low columns are drawn more often, as popular products are. */
export function randomMatrix(rowCount: number, columnCount: number, entries: number, seed = 1): SparseMatrix {
  const random = createRandom(seed);
  const drawn = Array.from({ length: entries }, () => ({
    row: random.below(rowCount),
    column: Math.floor(columnCount * random.next() ** 2),
    value: 1 + random.below(3),
  }));
  return sparseMatrixOf(rowCount, columnCount, {
    rows: drawn.map(({ row }) => row),
    columns: drawn.map(({ column }) => column),
    values: drawn.map(({ value }) => value),
  });
}
