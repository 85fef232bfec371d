import { TILE_COLUMNS } from './wasm/vector-shape.ts';
import { type FactorTable, FLOAT_BYTES, type WorkContext } from './workspace.ts';

/** Rows that go through the cache together. */
const CACHED_ROWS = 64;
const MIN_BLOCK_ROWS = 2048;
const MAX_BLOCKS = 64;

/** YᵀY of a table, in blocks of rows whose partial sums stand one behind the other at `partialsAt`. */
export type GramJob = {
  readonly kind: 'gram';
  readonly table: FactorTable;
  readonly partialsAt: number;
  readonly blockRows: number;
  readonly chunks: number;
};

/** The cut into blocks depends on the number of rows only, so that the sum is the same for any number of threads. */
export function gramJob(table: FactorTable, partialsAt: number): GramJob {
  const blockRows = Math.max(MIN_BLOCK_ROWS, Math.ceil(table.rows / MAX_BLOCKS / CACHED_ROWS) * CACHED_ROWS);
  return { kind: 'gram', table, partialsAt, blockRows, chunks: Math.ceil(table.rows / blockRows) };
}

/** Floats that the partial sums of any table with this stride need. */
export function gramPartialFloats(stride: number): number {
  return MAX_BLOCKS * stride * stride;
}

/** The upper triangle of one block's partial sum. */
export function sumGramBlock({ kernels, floats }: WorkContext, job: GramJob, block: number): void {
  const { at, rows, stride } = job.table;
  const rowBytes = stride * FLOAT_BYTES;
  const partialAt = job.partialsAt + block * stride * rowBytes;
  floats.fill(0, partialAt / FLOAT_BYTES, partialAt / FLOAT_BYTES + stride * stride);
  const end = Math.min(rows, (block + 1) * job.blockRows);
  for (let first = block * job.blockRows; first < end; first += CACHED_ROWS) {
    const depth = Math.min(CACHED_ROWS, end - first);
    for (let column = 0; column < stride; column += TILE_COLUMNS) {
      const y = at + first * rowBytes + column * FLOAT_BYTES;
      const target = partialAt + column * rowBytes + column * FLOAT_BYTES;
      const panels = (stride - column) / TILE_COLUMNS;
      const panelBytes = TILE_COLUMNS * FLOAT_BYTES;
      kernels.multiply(
        y,
        FLOAT_BYTES,
        rowBytes,
        y,
        panelBytes,
        rowBytes,
        target,
        rowBytes,
        TILE_COLUMNS,
        panels,
        depth,
      );
    }
  }
}

/**
 * Adds the partial sums in the order of the blocks, and the regularization on the diagonal, and writes YᵀY + λI at `to`
 * in panels of TILE_COLUMNS columns, as the kernel wants the right side of a product.
 */
export function combineGramBlocks(floats: Float32Array, job: GramJob, regularization: number, to: number): void {
  const { stride } = job.table;
  const first = job.partialsAt / FLOAT_BYTES;
  for (let row = 0; row < stride; row++)
    for (let column = row; column < stride; column++) {
      let sum = row === column ? regularization : 0;
      for (let block = 0; block < job.chunks; block++)
        sum += floats[first + (block * stride + row) * stride + column] as number;
      floats[to / FLOAT_BYTES + panelIndex(row, column, stride)] = sum;
      floats[to / FLOAT_BYTES + panelIndex(column, row, stride)] = sum;
    }
}

/** Where the element stands in a matrix of `depth` rows that is cut in panels. */
export function panelIndex(row: number, column: number, depth: number): number {
  const lane = column % TILE_COLUMNS;
  return (column - lane) * depth + row * TILE_COLUMNS + lane;
}
