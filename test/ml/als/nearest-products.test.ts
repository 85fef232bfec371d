import { expect, test } from 'vitest';
import { createRandom } from '../../../local/shoppers/random.ts';
import { NO_PRODUCT, nearestProducts } from '../../../ml/als/nearest-products.ts';

const FACTORS = 20;
const COUNT = 7;

function randomFactors(rows: number): Float32Array {
  const random = createRandom(3);
  return Float32Array.from({ length: rows * FACTORS }, () => random.next() - 0.5);
}

function cosine(factors: Float32Array, a: number, b: number): number {
  const vector = (row: number) => [...factors.subarray(row * FACTORS, (row + 1) * FACTORS)];
  const length = Math.hypot(...vector(a)) * Math.hypot(...vector(b));
  return vector(a).reduce((sum, value, k) => sum + value * (vector(b)[k] ?? 0), 0) / length;
}

test.each([1, 2])(
  'lists the same as comparing each with each, best first, without itself (%i threads)',
  async (threads) => {
    const rows = 1100;
    const factors = randomFactors(rows);
    const { products, cosines } = await nearestProducts(factors, { factors: FACTORS, count: COUNT, threads });
    for (let product = 0; product < rows; product += 137) {
      const others = Array.from({ length: rows }, (_, other) => other).filter((other) => other !== product);
      const best = others
        .map((other) => ({ other, cosine: cosine(factors, product, other) }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, COUNT);
      const range = [product * COUNT, (product + 1) * COUNT] as const;
      expect([...products.slice(...range)]).toEqual(best.map(({ other }) => other));
      for (const [place, { cosine: expected }] of best.entries())
        expect(cosines[product * COUNT + place]).toBeCloseTo(expected, 5);
    }
  },
);

test('leaves places empty where there are too few, and a product with zeros alone', async () => {
  const [a, close, opposite, zero] = [
    [1, 0],
    [2, 1],
    [-1, 0],
    [0, 0],
  ] as const;
  const factors = Float32Array.of(...a, ...close, ...opposite, ...zero);
  const { products, cosines } = await nearestProducts(factors, { factors: 2, count: 2, threads: 1 });
  expect([...products]).toEqual([1, NO_PRODUCT, 0, NO_PRODUCT, NO_PRODUCT, NO_PRODUCT, NO_PRODUCT, NO_PRODUCT]);
  expect(cosines[0]).toBeCloseTo(2 / Math.sqrt(5), 6);
  expect([...cosines.slice(4)]).toEqual([0, 0, 0, 0]);
});

test('puts the lower row first of equal ones, and has nothing to say about nothing', async () => {
  const same = Float32Array.from({ length: 40 * 3 }, () => 1);
  const { products } = await nearestProducts(same, { factors: 3, count: 2, threads: 2 });
  expect([...products.slice(0, 6)]).toEqual([1, 2, 0, 2, 0, 1]);
  const none = await nearestProducts(new Float32Array(), { factors: 3, count: 2, threads: 1 });
  expect(none.products).toHaveLength(0);
});

test.each([
  [Float32Array.of(1, 2, 3), '3 numbers are no whole rows of 2 factors'],
  [Float32Array.of(1, Number.NaN), 'item factors are not all finite numbers'],
])('refuses %o', async (factors, message) => {
  await expect(nearestProducts(factors, { factors: 2, count: 1 })).rejects.toMatchObject({ code: 'usage', message });
});
