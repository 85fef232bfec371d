import { TILE_COLUMNS } from './wasm/vector-shape.ts';
import { BATCH_ROWS, batchesOf, type FactorTable, FLOAT_BYTES, type WorkContext } from './workspace.ts';

/** As many as `implicit` takes; each starts from the factors of the iteration before. */
const CONJUGATE_GRADIENT_STEPS = 3;
/** A squared residual at which a row is solved, as in `implicit`. */
const SOLVED = 1e-20;

/** Positions of a sparse matrix in shared memory. */
export type StoredMatrix = { readonly rowStartsAt: number; readonly columnsAt: number; readonly valuesAt: number };

/** Finds the factors of each row of a matrix of confidences while those of its columns are fixed. */
export type SolveJob = {
  readonly kind: 'solve';
  readonly solved: FactorTable;
  readonly fixed: FactorTable;
  readonly matrix: StoredMatrix;
  /** YᵀY + λI of the fixed factors, in panels. */
  readonly gramAt: number;
  readonly chunks: number;
};

export function solveJob(job: Omit<SolveJob, 'kind' | 'chunks'>): SolveJob {
  return { ...job, kind: 'solve', chunks: batchesOf(job.solved.rows) };
}

/** Floats of scratch that a batch needs: residuals, directions, products. */
export function solveScratchFloats(stride: number): number {
  return 3 * BATCH_ROWS * stride;
}

/** The rows of one batch that are not solved yet, and their squared residuals. */
type Batch = { firstRow: number; open: number[]; squares: Float64Array };

/**
 * Solves (YᵀY + λI + Yᵀ(C − I)Y) x = Yᵀ C p for a batch of rows, by conjugate gradient; p is 1 for each entry. A row
 * without entries gets zeros. Sources: Hu, Koren, Volinsky 2008 (the equation); Takács, Pilászy, Tikk 2011 (the steps).
 *
 * The dense part of a step is one product of matrices for the whole batch: a row's result does not depend on its batch.
 */
export function solveRows(context: WorkContext, job: SolveJob, chunk: number): void {
  const { kernels, scratchAt } = context;
  const bytes = job.solved.stride * FLOAT_BYTES;
  const residualsAt = scratchAt;
  const directionsAt = scratchAt + BATCH_ROWS * bytes;
  const productsAt = directionsAt + BATCH_ROWS * bytes;
  const factorsAt = job.solved.at + chunk * BATCH_ROWS * bytes;
  const batch = openBatch(context, job, chunk * BATCH_ROWS);

  // Residuals have the sign of A x − b, directions too: so every step is subtracted.
  applyMatrix(context, job, batch, { from: factorsAt, to: residualsAt, share: 1 });
  context.floats.copyWithin(directionsAt / FLOAT_BYTES, residualsAt / FLOAT_BYTES, directionsAt / FLOAT_BYTES);
  keepOpen(batch, (row) => kernels.dot(residualsAt + row * bytes, residualsAt + row * bytes, bytes));
  for (let step = 0; step < CONJUGATE_GRADIENT_STEPS && batch.open.length > 0; step++) {
    applyMatrix(context, job, batch, { from: directionsAt, to: productsAt, share: 0 });
    keepOpen(batch, (row) => {
      const [residual, direction, product] = [residualsAt, directionsAt, productsAt].map((at) => at + row * bytes) as [
        ...[number, number, number],
      ];
      const square = batch.squares[row] as number;
      const length = square / kernels.dot(direction, product, bytes);
      kernels.combine(factorsAt + row * bytes, 1, direction, -length, bytes);
      kernels.combine(residual, 1, product, -length, bytes);
      const squareAfter = kernels.dot(residual, residual, bytes);
      kernels.combine(direction, squareAfter / square, residual, 1, bytes);
      return squareAfter;
    });
  }
}

/** Rows without entries are set to zero, which is their solution. */
function openBatch({ words, floats }: WorkContext, { solved, matrix }: SolveJob, firstRow: number): Batch {
  const open: number[] = [];
  const starts = matrix.rowStartsAt / FLOAT_BYTES;
  for (let row = firstRow; row < Math.min(solved.rows, firstRow + BATCH_ROWS); row++) {
    const place = solved.at / FLOAT_BYTES + row * solved.stride;
    if (words[starts + row] === words[starts + row + 1]) floats.fill(0, place, place + solved.stride);
    else open.push(row - firstRow);
  }
  return { firstRow, open, squares: new Float64Array(BATCH_ROWS) };
}

function keepOpen(batch: Batch, squareOf: (row: number) => number): void {
  batch.open = batch.open.filter((row) => {
    const square = squareOf(row);
    batch.squares[row] = square;
    return square >= SOLVED;
  });
}

/** to = A · from − share · b for each open row of the batch. */
function applyMatrix(
  { kernels, words, floats }: WorkContext,
  { matrix, gramAt, fixed }: SolveJob,
  { firstRow, open }: Batch,
  { from, to, share }: { from: number; to: number; share: 0 | 1 },
): void {
  const bytes = fixed.stride * FLOAT_BYTES;
  const panelBytes = TILE_COLUMNS * FLOAT_BYTES;
  floats.fill(0, to / FLOAT_BYTES, to / FLOAT_BYTES + BATCH_ROWS * fixed.stride);
  kernels.multiply(
    ...([from, bytes, FLOAT_BYTES, gramAt, fixed.stride * panelBytes, panelBytes] as const),
    ...([to, bytes, BATCH_ROWS, fixed.stride / TILE_COLUMNS, fixed.stride] as const),
  );
  for (const row of open) {
    const place = matrix.rowStartsAt / FLOAT_BYTES + firstRow + row;
    const [start, end] = [(words[place] as number) * FLOAT_BYTES, (words[place + 1] as number) * FLOAT_BYTES];
    const { columnsAt, valuesAt } = matrix;
    const [x, out] = [from + row * bytes, to + row * bytes];
    kernels.addEntries(columnsAt + start, columnsAt + end, valuesAt + start, fixed.at, x, out, share, bytes);
  }
}
