import { type NearestProducts, NO_PRODUCT } from '../als/nearest-products.ts';
import { createPairRows, type PairList } from './pair-list.ts';

/** Nearest products as a list of pairs: the cosine of their factors. */
export function factorPairs({ count, products, cosines }: NearestProducts): PairList {
  const productCount = products.length / count;
  const rows = createPairRows(productCount);
  for (let product = 0; product < productCount; product++) {
    const row = products.subarray(product * count, (product + 1) * count);
    const known = row.indexOf(NO_PRODUCT);
    rows.addRow({
      products: Uint32Array.from(row),
      values: Float64Array.from(cosines.subarray(product * count, (product + 1) * count)),
      count: known < 0 ? count : known,
    });
  }
  return rows.finish();
}
