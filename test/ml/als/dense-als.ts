import type { SparseMatrix } from '../../../ml/als/sparse-matrix.ts';

/** Vectors as plain numbers, for formulas written as in the paper: slow, and easy to see right. */
export type Vectors = number[][];

export function toVectors(factors: Float32Array, width: number): Vectors {
  const rows = Array.from({ length: factors.length / width }, (_, row) => row);
  return rows.map((row) => [...factors.subarray(row * width, (row + 1) * width)]);
}

/** Confidence of each pair: alpha times the value, and 1 where there is none. */
export function confidences({ rowCount, columnCount, rowStarts, columns, values }: SparseMatrix, alpha: number) {
  const dense = Array.from({ length: rowCount }, () => new Array<number>(columnCount).fill(1));
  const preference = dense.map((row) => row.map(() => 0));
  for (let row = 0; row < rowCount; row++)
    for (let entry = rowStarts[row] ?? 0; entry < (rowStarts[row + 1] ?? 0); entry++) {
      const column = columns[entry] ?? 0;
      (dense[row] ?? [])[column] = (values[entry] ?? 0) * alpha;
      (preference[row] ?? [])[column] = 1;
    }
  return { confidence: dense, preference };
}

/** A = YᵀCY + λI and b = YᵀCp of one row. */
export function normalEquations(fixed: Vectors, c: readonly number[], p: readonly number[], lambda: number) {
  const width = fixed[0]?.length ?? 0;
  const range = Array.from({ length: width }, (_, index) => index);
  const sum = (term: (y: readonly number[], i: number) => number) =>
    fixed.reduce((total, y, i) => total + term(y, i), 0);
  const matrix = range.map((k) =>
    range.map((l) => sum((y, i) => (c[i] ?? 0) * (y[k] ?? 0) * (y[l] ?? 0)) + (k === l ? lambda : 0)),
  );
  return { matrix, right: range.map((k) => sum((y, i) => (c[i] ?? 0) * (p[i] ?? 0) * (y[k] ?? 0))) };
}

/** Gauss's elimination; the matrix is positive definite, so that no pivot is zero. */
export function solve(matrix: Vectors, right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  for (const [pivot, pivotRow] of rows.entries())
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = (row[pivot] ?? 0) / (pivotRow[pivot] ?? 0);
      for (const column of row.keys()) row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0);
    }
  return rows.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 0));
}

/** The weighted squared error over all pairs and the penalty: what training makes smaller. */
export function loss(users: Vectors, items: Vectors, matrix: SparseMatrix, alpha: number, lambda: number): number {
  const { confidence, preference } = confidences(matrix, alpha);
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, k) => sum + value * (y[k] ?? 0), 0);
  const penalty = [...users, ...items].reduce((sum, vector) => sum + dot(vector, vector), 0) * lambda;
  const errors = users.map((x, u) =>
    items.reduce((sum, y, i) => sum + (confidence[u]?.[i] ?? 0) * ((preference[u]?.[i] ?? 0) - dot(x, y)) ** 2, 0),
  );
  return penalty + errors.reduce((sum, error) => sum + error, 0);
}
