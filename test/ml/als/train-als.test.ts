import { expect, test } from 'vitest';
import { type SparseMatrix, sparseMatrixOf, transpose } from '../../../ml/als/sparse-matrix.ts';
import { startingFactors } from '../../../ml/als/starting-factors.ts';
import { trainAls } from '../../../ml/als/train-als.ts';
import { confidences, loss, normalEquations, solve, toVectors, type Vectors } from './dense-als.ts';
import { randomMatrix } from './random-matrix.ts';

const ALPHA = 5;
const LAMBDA = 0.5;
const OPTIONS = { alpha: ALPHA, regularization: LAMBDA, seed: 7, threads: 1 };
/** What conjugate gradient in single precision leaves, at factors up to 1.6; with double precision it is 1e-12. */
const ROUNDING = 2e-3;

/** Alternating least squares with an exact solution of every row. */
function exactAls(matrix: SparseMatrix, factors: number, iterations: number): { users: Vectors; items: Vectors } {
  const next = startingFactors(OPTIONS.seed);
  const start = (rows: number) => Array.from({ length: rows }, () => Array.from({ length: factors }, next));
  const better = (fixed: Vectors, of: SparseMatrix) => {
    const { confidence, preference } = confidences(of, ALPHA);
    return confidence.map((c, row) => {
      const { matrix: left, right } = normalEquations(fixed, c, preference[row] ?? [], LAMBDA);
      return solve(left, right);
    });
  };
  let users = start(matrix.rowCount);
  let items = start(matrix.columnCount);
  for (let iteration = 0; iteration < iterations; iteration++) {
    users = better(items, matrix);
    items = better(users, transpose(matrix));
  }
  return { users, items };
}

const largestDifference = (a: Vectors, b: Vectors) =>
  Math.max(...a.flatMap((row, index) => row.map((value, k) => Math.abs(value - (b[index]?.[k] ?? Number.NaN)))));

test('gives what exact solutions give, where three steps of conjugate gradient are exact: with three factors', async () => {
  const matrix = randomMatrix(45, 70, 400);
  const model = await trainAls(matrix, { ...OPTIONS, factors: 3, iterations: 4 });
  const exact = exactAls(matrix, 3, 4);
  expect(largestDifference(toVectors(model.userFactors, 3), exact.users)).toBeLessThan(ROUNDING);
  expect(largestDifference(toVectors(model.itemFactors, 3), exact.items)).toBeLessThan(ROUNDING);
});

test('comes to rest where each product solves its normal equations, whatever the number of factors', async () => {
  const matrix = randomMatrix(90, 50, 700);
  const model = await trainAls(matrix, { ...OPTIONS, factors: 21, iterations: 150 });
  const users = toVectors(model.userFactors, 21);
  const { confidence, preference } = confidences(transpose(matrix), ALPHA);
  const solved = confidence.map((c, item) => {
    const { matrix: left, right } = normalEquations(users, c, preference[item] ?? [], LAMBDA);
    return solve(left, right);
  });
  expect(largestDifference(toVectors(model.itemFactors, 21), solved)).toBeLessThan(ROUNDING);
});

test('makes the loss smaller with each iteration', async () => {
  const matrix = randomMatrix(120, 80, 900);
  const losses: number[] = [];
  for (let iterations = 1; iterations <= 6; iterations++) {
    const { userFactors, itemFactors } = await trainAls(matrix, { ...OPTIONS, factors: 16, iterations });
    losses.push(loss(toVectors(userFactors, 16), toVectors(itemFactors, 16), matrix, ALPHA, LAMBDA));
  }
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.95);
});

test('gives the same bytes for a seed with any number of threads, and others for another seed', async () => {
  const matrix = randomMatrix(7000, 900, 30_000);
  const train = (options: object) => trainAls(matrix, { ...OPTIONS, factors: 24, iterations: 3, ...options });
  const [one, two, three, other] = [
    ...[await train({ threads: 1 }), await train({ threads: 2 })],
    ...[await train({ threads: 3 }), await train({ seed: 8 })],
  ] as const;
  expect(Buffer.from(two.userFactors.buffer)).toEqual(Buffer.from(one.userFactors.buffer));
  expect(Buffer.from(two.itemFactors.buffer)).toEqual(Buffer.from(one.itemFactors.buffer));
  expect(Buffer.from(three.itemFactors.buffer)).toEqual(Buffer.from(one.itemFactors.buffer));
  expect(Buffer.from(other.itemFactors.buffer)).not.toEqual(Buffer.from(one.itemFactors.buffer));
});

test.each([1, 2])(
  'gives zeros to a person without products and a product without people (%i threads)',
  async (threads) => {
    const matrix = sparseMatrixOf(3, 4, { rows: [0, 0, 2], columns: [1, 3, 1], values: [1, 2, 1] });
    const { userFactors, itemFactors } = await trainAls(matrix, { ...OPTIONS, factors: 5, threads });
    const isZero = (vector: readonly number[]) => vector.every((value) => value === 0);
    expect(toVectors(userFactors, 5).map(isZero)).toEqual([false, true, false]);
    expect(toVectors(itemFactors, 5).map(isZero)).toEqual([true, false, true, false]);
  },
);

test.each([1, 2])('trains on nothing (%i threads)', async (threads) => {
  const empty = sparseMatrixOf(0, 0, { rows: [], columns: [], values: [] });
  const model = await trainAls(empty, { ...OPTIONS, threads });
  expect(model).toMatchObject({ factors: 128, userFactors: new Float32Array(), itemFactors: new Float32Array() });
});

test.each([
  ['NaN', { values: Float32Array.of(1, Number.NaN) }, /^value 1 is NaN; allowed is above 0/],
  ['infinity', { values: Float32Array.of(1, Number.POSITIVE_INFINITY) }, /^value 1 is Infinity/],
  ['a negative value', { values: Float32Array.of(-1, 1) }, /^value 0 is -1/],
  ['what overflows times alpha', { values: Float32Array.of(1, 3e38) }, /^value 1 is 3/],
  ['a column that is not there', { columns: Uint32Array.of(0, 2) }, /^column 1 is 2; allowed is below 2/],
  ['row starts that go back', { rowStarts: Uint32Array.of(0, 3, 2) }, /^row start 2 is 2; allowed is 3/],
  ['arrays that do not fit', { rowStarts: Uint32Array.of(0, 1) }, /do not fit each other/],
])('refuses %s', async (_, fields, message) => {
  const matrix = {
    ...{ rowCount: 2, columnCount: 2, rowStarts: Uint32Array.of(0, 1, 2) },
    ...{ columns: Uint32Array.of(0, 1), values: Float32Array.of(1, 1) },
  };
  await expect(trainAls({ ...matrix, ...fields }, OPTIONS)).rejects.toMatchObject({
    ...{ code: 'usage', message: expect.stringMatching(message) },
  });
});

test.each([
  [{ factors: 0 }, 'factors is 0; allowed is a whole number from 1 to 1024'],
  [{ iterations: 1.5 }, 'iterations is 1.5; allowed is a whole number from 1 to 1000'],
  [{ alpha: Number.NaN }, 'alpha is NaN; allowed is a number above 0'],
  [{ regularization: -1 }, 'regularization is -1; allowed is a number of 0 or more'],
  [{ seed: -1 }, 'seed is -1; allowed is a whole number from 0 to 4294967295'],
  [{ threads: 0 }, 'threads is 0; allowed is a whole number from 1 to 64'],
])('refuses %j', async (fields, message) => {
  await expect(trainAls(randomMatrix(3, 3, 3), { ...OPTIONS, ...fields })).rejects.toMatchObject({
    code: 'usage',
    message,
  });
});
