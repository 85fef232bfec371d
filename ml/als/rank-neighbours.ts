import { TILE_COLUMNS } from './wasm/vector-shape.ts';
import { BATCH_ROWS, type FactorTable, FLOAT_BYTES, type WorkContext } from './workspace.ts';

/** Candidates whose cosines with a batch fit the cache. */
const CANDIDATES = 1024;

/** For each row of a table of unit vectors the rows with the greatest cosines. */
export type NeighbourJob = {
  readonly kind: 'neighbours';
  readonly table: FactorTable;
  /** The same vectors in panels of TILE_COLUMNS rows, transposed. */
  readonly panelsAt: number;
  /** Neighbours for each row, and where they are written: indices (-1 for none) and cosines. */
  readonly count: number;
  readonly indicesAt: number;
  readonly cosinesAt: number;
  readonly chunks: number;
};

export const NEIGHBOUR_SCRATCH_FLOATS = BATCH_ROWS * CANDIDATES;

/** Compares a batch of rows with all. */
export function rankNeighbours(context: WorkContext, job: NeighbourJob, chunk: number): void {
  const { kernels, floats, scratchAt } = context;
  const { at, rows, stride } = job.table;
  const [rowBytes, panelBytes] = [stride * FLOAT_BYTES, TILE_COLUMNS * FLOAT_BYTES];
  const firstRow = chunk * BATCH_ROWS;
  const endRow = Math.min(rows, firstRow + BATCH_ROWS);
  for (let first = 0; first < rows; first += CANDIDATES) {
    const end = Math.min(rows, first + CANDIDATES);
    const panels = Math.ceil((end - first) / TILE_COLUMNS);
    floats.fill(0, scratchAt / FLOAT_BYTES, scratchAt / FLOAT_BYTES + NEIGHBOUR_SCRATCH_FLOATS);
    kernels.multiply(
      ...([at + firstRow * rowBytes, rowBytes, FLOAT_BYTES] as const),
      ...([job.panelsAt + first * rowBytes, stride * panelBytes, panelBytes] as const),
      ...([scratchAt, CANDIDATES * FLOAT_BYTES, BATCH_ROWS, panels, stride] as const),
    );
    for (let row = firstRow; row < endRow; row++) {
      const cosines = scratchAt / FLOAT_BYTES + (row - firstRow) * CANDIDATES;
      keepBest(context, job, row, { first, end, cosines });
    }
  }
}

/**
 * Puts candidates in the row's list, greatest first; of equal ones the lower index. Only what is above zero counts: a row
 * of zeros is near nobody.
 */
function keepBest(
  { floats, words }: WorkContext,
  { count, indicesAt, cosinesAt }: NeighbourJob,
  row: number,
  candidates: { first: number; end: number; cosines: number },
): void {
  const bestCosines = cosinesAt / FLOAT_BYTES + row * count;
  const bestIndices = indicesAt / FLOAT_BYTES + row * count;
  const last = bestCosines + count - 1;
  const shift = candidates.cosines - candidates.first;
  let least = floats[last] as number;
  for (let candidate = candidates.first; candidate < candidates.end; candidate++) {
    const cosine = floats[shift + candidate] as number;
    if (cosine <= least || candidate === row) continue;
    let place = count - 1;
    for (; place > 0 && (floats[bestCosines + place - 1] as number) < cosine; place--) {
      floats[bestCosines + place] = floats[bestCosines + place - 1] as number;
      words[bestIndices + place] = words[bestIndices + place - 1] as number;
    }
    floats[bestCosines + place] = cosine;
    words[bestIndices + place] = candidate;
    least = floats[last] as number;
  }
}
