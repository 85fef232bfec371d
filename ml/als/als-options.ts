import { availableParallelism } from 'node:os';
import { BazaarError } from '../../platform/errors.ts';
import type { SparseMatrix } from './sparse-matrix.ts';
import type { TeamOptions } from './worker-team.ts';

/** Confidence in an entry is `alpha` times its value, as in `implicit`. */
export type AlsOptions = Partial<TeamOptions> & {
  readonly alpha: number;
  readonly regularization: number;
  /** The same seed gives the same bytes, whatever the number of threads. */
  readonly seed: number;
  /** 128 when left out. */
  readonly factors?: number;
  /** 15 when left out. */
  readonly iterations?: number;
  /** Called when an iteration is done. */
  readonly onProgress?: (iteration: number, iterations: number) => void;
};

const DEFAULT_FACTORS = 128;
const DEFAULT_ITERATIONS = 15;
const MAX_FACTORS = 1024;
const MAX_THREADS = 64;

/** @throws BazaarError (`usage`) for a number that is not allowed. */
export function checkedOptions(options: AlsOptions) {
  const { factors = DEFAULT_FACTORS, iterations = DEFAULT_ITERATIONS, alpha, regularization, seed } = options;
  checkWhole('factors', factors, 1, MAX_FACTORS);
  checkWhole('iterations', iterations, 1, 1000);
  checkWhole('seed', seed, 0, 2 ** 32 - 1);
  if (!(alpha > 0 && alpha < Number.POSITIVE_INFINITY)) refuse('alpha', alpha, 'a number above 0');
  if (!(regularization >= 0 && regularization < Number.POSITIVE_INFINITY))
    refuse('regularization', regularization, 'a number of 0 or more');
  return { ...options, factors, iterations, threads: checkedThreads(options.threads) };
}

/** All processors when left out. @throws BazaarError (`usage`). */
export function checkedThreads(threads = availableParallelism()): number {
  checkWhole('threads', threads, 1, MAX_THREADS);
  return threads;
}

/** @throws BazaarError (`usage`) unless it is a whole number within the bounds. */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    refuse(name, value, `a whole number from ${least} to ${most}`);
}

/**
 * Kernels follow columns and row starts unchecked, so that everything is checked before.
 *
 * @throws BazaarError (`usage`) for a matrix that is not one, and for values that are no confidence.
 */
export function checkMatrix({ rowCount, columnCount, rowStarts, columns, values }: SparseMatrix, alpha: number): void {
  const isShaped = rowStarts.length === rowCount + 1 && values.length === columns.length;
  if (!isShaped || rowStarts[0] !== 0 || rowStarts[rowCount] !== columns.length)
    throw new BazaarError('usage', `matrix of ${rowCount} rows: row starts, columns and values do not fit each other`);
  for (let row = 0; row < rowCount; row++)
    if ((rowStarts[row] as number) > (rowStarts[row + 1] as number))
      refuse(`row start ${row + 1}`, rowStarts[row + 1], `${rowStarts[row]}, the one before, or more`);
  for (let entry = 0; entry < columns.length; entry++) {
    if ((columns[entry] as number) >= columnCount) refuse(`column ${entry}`, columns[entry], `below ${columnCount}`);
    const value = values[entry] as number;
    if (!(value > 0 && Math.fround(value * alpha) < Number.POSITIVE_INFINITY))
      refuse(`value ${entry}`, value, 'above 0 and, times alpha, finite');
  }
}

function refuse(name: string, got: unknown, allowed: string): never {
  throw new BazaarError('usage', `${name} is ${got}; allowed is ${allowed}`);
}
