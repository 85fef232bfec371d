import { BazaarError } from '../../platform/errors.ts';

/**
 * A matrix of which most is zero, in compressed sparse rows (CSR): the entries of row r stand from `rowStarts[r]` up to
 * `rowStarts[r + 1]` in `columns` and `values`.
 */
export type SparseMatrix = {
  readonly rowCount: number;
  readonly columnCount: number;
  /** rowCount + 1 positions. */
  readonly rowStarts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
};

/** One entry at each position of three arrays of equal length, in any order. */
export type Triples = {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
  readonly values: ArrayLike<number>;
};

/**
 * Makes a matrix of triples in linear time. Columns ascend within a row; values of the same row and column are summed.
 *
 * @throws BazaarError (`usage`) for arrays of unequal length, and a row or column outside of the matrix.
 */
export function sparseMatrixOf(rowCount: number, columnCount: number, triples: Triples): SparseMatrix {
  checkTriples(rowCount, columnCount, triples);
  const { rows, columns, values } = triples;
  // Sorting by column and then, stably, by row puts duplicates side by side.
  const byColumn = sortByRow(columnCount, rowCount, { rows: columns, columns: rows, values });
  return sumDuplicates(transpose(byColumn));
}

/** The matrix with rows for columns, in linear time; rows ascend within a column. */
export function transpose({ rowCount, columnCount, rowStarts, columns, values }: SparseMatrix): SparseMatrix {
  const rows = new Uint32Array(columns.length);
  for (let row = 0; row < rowCount; row++) rows.fill(row, rowStarts[row], rowStarts[row + 1]);
  return sortByRow(columnCount, rowCount, { rows: columns, columns: rows, values });
}

/** Counting sort: count each row's entries, add up to where rows start, put every entry in the next place of its row. */
function sortByRow(rowCount: number, columnCount: number, triples: Triples): SparseMatrix {
  const count = triples.rows.length;
  const rowStarts = new Uint32Array(rowCount + 1);
  for (let entry = 0; entry < count; entry++) increment(rowStarts, (triples.rows[entry] as number) + 1);
  for (let row = 0; row < rowCount; row++) rowStarts[row + 1] = at(rowStarts, row) + at(rowStarts, row + 1);
  const next = rowStarts.slice();
  const columns = new Uint32Array(count);
  const values = new Float32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const place = increment(next, triples.rows[entry] as number);
    columns[place] = triples.columns[entry] as number;
    values[place] = triples.values[entry] as number;
  }
  return { rowCount, columnCount, rowStarts, columns, values };
}

function sumDuplicates({ rowCount, columnCount, rowStarts, columns, values }: SparseMatrix): SparseMatrix {
  const starts = new Uint32Array(rowCount + 1);
  let kept = 0;
  for (let row = 0; row < rowCount; row++) {
    const first = kept;
    for (let entry = at(rowStarts, row); entry < at(rowStarts, row + 1); entry++) {
      const isDuplicate = kept > first && columns[kept - 1] === columns[entry];
      if (isDuplicate) values[kept - 1] = at(values, kept - 1) + at(values, entry);
      else {
        columns[kept] = at(columns, entry);
        values[kept++] = at(values, entry);
      }
    }
    starts[row + 1] = kept;
  }
  return { rowCount, columnCount, rowStarts: starts, columns: columns.slice(0, kept), values: values.slice(0, kept) };
}

function checkTriples(rowCount: number, columnCount: number, { rows, columns, values }: Triples): void {
  if (rows.length !== columns.length || rows.length !== values.length)
    refuse(
      `triples have ${rows.length} rows, ${columns.length} columns and ${values.length} values; allowed is one each`,
    );
  for (let entry = 0; entry < rows.length; entry++) {
    if (!isBelow(rows[entry], rowCount)) refuse(`row ${rows[entry]} of triple ${entry} is not below ${rowCount}`);
    if (!isBelow(columns[entry], columnCount))
      refuse(`column ${columns[entry]} of triple ${entry} is not below ${columnCount}`);
  }
}

const isBelow = (index: number | undefined, limit: number) =>
  Number.isInteger(index) && Number(index) >= 0 && Number(index) < limit;

function refuse(message: string): never {
  throw new BazaarError('usage', message);
}

/** What stands at a position that is known to exist. */
const at = (list: Uint32Array | Float32Array, index: number) => list[index] as number;

/** Adds one and gives the value from before. */
function increment(list: Uint32Array, index: number): number {
  const before = at(list, index);
  list[index] = before + 1;
  return before;
}
