import { BazaarError } from '../../platform/errors.ts';
import { checkedThreads, checkWhole } from './als-options.ts';
import { panelIndex } from './gram-matrix.ts';
import { NEIGHBOUR_SCRATCH_FLOATS, type NeighbourJob } from './rank-neighbours.ts';
import { floatsAt, MemoryPlan, type SharedMemory } from './wasm/shared-memory.ts';
import { VECTOR_FLOATS } from './wasm/vector-shape.ts';
import { reserveTeam, type TeamOptions, withTeam } from './worker-team.ts';
import { BATCH_ROWS, batchesOf, type FactorTable, reserveTable } from './workspace.ts';

/** Stands where a product has fewer neighbours than asked for. */
export const NO_PRODUCT = -1;

export type NearestProducts = {
  /** Neighbours for each product; product p's stand from p × count, nearest first. */
  readonly count: number;
  /** Rows of the factors, or NO_PRODUCT. */
  readonly products: Int32Array;
  /** From 0 to 1, within rounding; 0 beside NO_PRODUCT. */
  readonly cosines: Float32Array;
};

/**
 * For each product the others whose factors have the greatest cosine with its own, exactly, by comparing all with all.
 * Only cosines above 0 count; of equal ones the lower row comes first. A product with factors of zero, as one that nobody
 * touched, has no neighbours and is nobody's.
 *
 * @param itemFactors row after row, `factors` numbers each.
 * @throws BazaarError `usage` for factors that are not finite or not whole rows, `training_failed` when a thread fails; the
 *   signal's reason when it is aborted.
 */
export async function nearestProducts(
  itemFactors: Float32Array,
  { factors, count, ...team }: Partial<TeamOptions> & { readonly factors: number; readonly count: number },
): Promise<NearestProducts> {
  const threads = checkedThreads(team.threads);
  checkWhole('count', count, 1, 1000);
  checkFactors(itemFactors, factors);
  const plan = new MemoryPlan();
  const room = reserveTeam(plan, threads, NEIGHBOUR_SCRATCH_FLOATS);
  const rows = itemFactors.length / factors;
  const table = reserveTable(plan, rows, Math.ceil(factors / VECTOR_FLOATS) * VECTOR_FLOATS);
  const panelsAt = plan.reserve(batchesOf(rows) * BATCH_ROWS * table.stride);
  const [indicesAt, cosinesAt] = [plan.reserve(rows * count), plan.reserve(rows * count)];
  const memory = plan.create();
  const job: NeighbourJob = {
    ...{ kind: 'neighbours', table, panelsAt, count, indicesAt, cosinesAt, chunks: batchesOf(rows) },
  };
  const products = new Int32Array(memory.buffer, indicesAt, rows * count).fill(NO_PRODUCT);
  storeUnitVectors(memory, itemFactors, factors, job);
  await withTeam(memory, room, { ...team, threads }, (workers) => workers.run(job));
  return { count, products: products.slice(), cosines: floatsAt(memory, cosinesAt, rows * count).slice() };
}

function checkFactors(itemFactors: Float32Array, factors: number): void {
  checkWhole('factors', factors, 1, 1024);
  if (itemFactors.length % factors !== 0)
    throw new BazaarError('usage', `${itemFactors.length} numbers are no whole rows of ${factors} factors`);
  if (!itemFactors.every(Number.isFinite)) throw new BazaarError('usage', 'item factors are not all finite numbers');
}

/** Row after row for the left side of the product, and in panels for the right one. */
function storeUnitVectors(
  memory: SharedMemory,
  itemFactors: Float32Array,
  factors: number,
  { table, panelsAt }: { table: FactorTable; panelsAt: number },
): void {
  const { rows, stride } = table;
  const vectors = floatsAt(memory, table.at, rows * stride);
  const panels = floatsAt(memory, panelsAt, batchesOf(rows) * BATCH_ROWS * stride);
  for (let row = 0; row < rows; row++) {
    const vector = itemFactors.subarray(row * factors, (row + 1) * factors);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) continue;
    for (let factor = 0; factor < factors; factor++) {
      const value = (vector[factor] as number) / length;
      vectors[row * stride + factor] = value;
      panels[panelIndex(factor, row, stride)] = value;
    }
  }
}
