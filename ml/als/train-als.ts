import { BazaarError } from '../../platform/errors.ts';
import { type AlsOptions, checkedOptions, checkMatrix } from './als-options.ts';
import { combineGramBlocks, gramJob, gramPartialFloats } from './gram-matrix.ts';
import { type StoredMatrix, solveJob, solveScratchFloats } from './solve-rows.ts';
import { type SparseMatrix, transpose } from './sparse-matrix.ts';
import { startingFactors } from './starting-factors.ts';
import { floatsAt, MemoryPlan, type SharedMemory } from './wasm/shared-memory.ts';
import { VECTOR_FLOATS } from './wasm/vector-shape.ts';
import { reserveTeam, type Team, withTeam } from './worker-team.ts';
import { type FactorTable, reserveTable } from './workspace.ts';

export type AlsModel = {
  /** Numbers in each vector. */
  readonly factors: number;
  /** Row after row: the vector of each row (person) and each column (product) of the matrix. */
  readonly userFactors: Float32Array;
  readonly itemFactors: Float32Array;
};

/**
 * Implicit-feedback matrix factorisation by alternating least squares: vectors whose products tell how much people
 * (rows) prefer products (columns). A row or column without entries gets zeros.
 *
 * Time grows linearly with entries, rows and columns. Memory is 4 bytes × (rows + columns) × factors, twice at the end,
 * and 16 bytes for each entry. Source: Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", 2008.
 *
 * @throws BazaarError `usage` for a matrix or options that are not allowed, `training_failed` when a thread fails or
 *   numbers grow beyond bounds; the signal's reason when it is aborted.
 */
export async function trainAls(matrix: SparseMatrix, options: AlsOptions): Promise<AlsModel> {
  const settings = checkedOptions(options);
  checkMatrix(matrix, settings.alpha);
  const plan = planTraining(matrix, settings);
  const memory = plan.memory.create();
  fill(memory, plan, matrix, settings);
  await withTeam(memory, plan.team, settings, (team) => iterate(team, memory, plan, settings));
  return {
    factors: settings.factors,
    userFactors: readFactors(memory, plan.users, settings.factors),
    itemFactors: readFactors(memory, plan.items, settings.factors),
  };
}

type Settings = ReturnType<typeof checkedOptions>;
type TrainingPlan = ReturnType<typeof planTraining>;

function planTraining({ rowCount, columnCount, columns }: SparseMatrix, { factors, threads }: Settings) {
  const memory = new MemoryPlan();
  const stride = Math.ceil(factors / VECTOR_FLOATS) * VECTOR_FLOATS;
  const reserveMatrix = (rows: number): StoredMatrix => ({
    rowStartsAt: memory.reserve(rows + 1),
    columnsAt: memory.reserve(columns.length),
    valuesAt: memory.reserve(columns.length),
  });
  return {
    memory,
    team: reserveTeam(memory, threads, solveScratchFloats(stride)),
    gramAt: memory.reserve(stride * stride),
    partialsAt: memory.reserve(gramPartialFloats(stride)),
    users: reserveTable(memory, rowCount, stride),
    items: reserveTable(memory, columnCount, stride),
    byUser: reserveMatrix(rowCount),
    byItem: reserveMatrix(columnCount),
  };
}

function fill(
  memory: SharedMemory,
  plan: TrainingPlan,
  matrix: SparseMatrix,
  { alpha, factors, seed }: Settings,
): void {
  storeMatrix(memory, plan.byUser, matrix, alpha);
  storeMatrix(memory, plan.byItem, transpose(matrix), alpha);
  const next = startingFactors(seed);
  for (const { at, rows, stride } of [plan.users, plan.items]) {
    const floats = floatsAt(memory, at, rows * stride);
    for (let row = 0; row < rows; row++)
      for (let factor = 0; factor < factors; factor++) floats[row * stride + factor] = next();
  }
}

function storeMatrix(memory: SharedMemory, place: StoredMatrix, matrix: SparseMatrix, alpha: number): void {
  const { rowStarts, columns, values } = matrix;
  new Uint32Array(memory.buffer, place.rowStartsAt, rowStarts.length).set(rowStarts);
  new Uint32Array(memory.buffer, place.columnsAt, columns.length).set(columns);
  const confidences = floatsAt(memory, place.valuesAt, values.length);
  for (let entry = 0; entry < values.length; entry++) confidences[entry] = (values[entry] as number) * alpha;
}

async function iterate(team: Team, memory: SharedMemory, plan: TrainingPlan, settings: Settings): Promise<void> {
  const { users, items, byUser, byItem, gramAt, partialsAt } = plan;
  const floats = new Float32Array(memory.buffer);
  const improve = async (solved: FactorTable, fixed: FactorTable, matrix: StoredMatrix) => {
    const gram = gramJob(fixed, partialsAt);
    await team.run(gram);
    combineGramBlocks(floats, gram, settings.regularization, gramAt);
    await team.run(solveJob({ solved, fixed, matrix, gramAt }));
  };
  for (let iteration = 1; iteration <= settings.iterations; iteration++) {
    await improve(users, items, byUser);
    await improve(items, users, byItem);
    settings.onProgress?.(iteration, settings.iterations);
  }
}

function readFactors(memory: SharedMemory, { at, rows, stride }: FactorTable, factors: number): Float32Array {
  const floats = floatsAt(memory, at, rows * stride);
  const result = new Float32Array(rows * factors);
  for (let row = 0; row < rows; row++) result.set(floats.subarray(row * stride, row * stride + factors), row * factors);
  if (!result.every(Number.isFinite))
    throw new BazaarError('training_failed', 'factors grew beyond bounds: lower alpha or raise regularization');
  return result;
}
