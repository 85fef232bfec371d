/** Keeps the products with the greatest values, in order; of equal values the lower product comes first. */
export type TopList = {
  readonly products: Uint32Array;
  readonly values: Float64Array;
  readonly count: number;
  offer(product: number, value: number): void;
  clear(): void;
};

/** @param limit how many are kept. */
export function createTopList(limit: number): TopList {
  const products = new Uint32Array(limit);
  const values = new Float64Array(limit);
  let count = 0;
  const isBefore = (place: number, product: number, value: number) => {
    const other = values[place] as number;
    return other > value || (other === value && (products[place] as number) < product);
  };
  return {
    products,
    values,
    get count() {
      return count;
    },
    offer(product, value) {
      if (count === limit && isBefore(limit - 1, product, value)) return;
      let place = count < limit ? count++ : limit - 1;
      for (; place > 0 && !isBefore(place - 1, product, value); place--) {
        values[place] = values[place - 1] as number;
        products[place] = products[place - 1] as number;
      }
      values[place] = value;
      products[place] = product;
    },
    clear() {
      count = 0;
    },
  };
}
