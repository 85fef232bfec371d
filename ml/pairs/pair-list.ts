import { reals, wholeNumbers } from '../history/growing-column.ts';
import { createTopList, type TopList } from './top-list.ts';

/** Of each product its strongest neighbours, strongest first: those of product p from `starts[p]` up to `starts[p + 1]`. */
export type PairList = {
  readonly starts: Uint32Array;
  readonly neighbours: Uint32Array;
  /** Above zero. */
  readonly values: Float32Array;
};

/** Neighbours kept of each product for each kind of pair; more changed nothing in trials. */
export const NEIGHBOURS_PER_KIND = 100;

/** Sums up, for one product after the other, what it has in common with others. */
export type PairSums = {
  add(neighbour: number, amount: number): void;
};

/**
 * @param sum adds up everything for one product.
 * @param scale turns a sum into the value of the pair.
 */
export function collectPairs(
  productCount: number,
  sum: (product: number, sums: PairSums) => void,
  scale: (product: number, neighbour: number, sum: number) => number,
): PairList {
  const rows = createPairRows(productCount);
  const sums = new Float64Array(productCount);
  const touched = new Uint32Array(productCount);
  const top = createTopList(NEIGHBOURS_PER_KIND);
  let count = 0;
  const add = (neighbour: number, amount: number) => {
    if (sums[neighbour] === 0) touched[count++] = neighbour;
    sums[neighbour] = (sums[neighbour] as number) + amount;
  };
  for (let product = 0; product < productCount; product++) {
    sum(product, { add });
    for (let index = 0; index < count; index++) {
      const neighbour = touched[index] as number;
      if (neighbour !== product) top.offer(neighbour, scale(product, neighbour, sums[neighbour] as number));
      sums[neighbour] = 0;
    }
    count = 0;
    rows.addRow(top);
    top.clear();
  }
  return rows.finish();
}

export type PairRows = { addRow(row: Pick<TopList, 'products' | 'values' | 'count'>): void; finish(): PairList };

/** Takes the rows of a list in the order of the products. */
export function createPairRows(productCount: number): PairRows {
  const starts = new Uint32Array(productCount + 1);
  const neighbours = wholeNumbers();
  const values = reals();
  let row = 0;
  let length = 0;
  return {
    addRow({ products, values: rowValues, count }) {
      for (let place = 0; place < count; place++) {
        if (!((rowValues[place] as number) > 0)) continue;
        neighbours.push(products[place] as number);
        values.push(rowValues[place] as number);
        length++;
      }
      starts[++row] = length;
    },
    finish: () => ({ starts, neighbours: neighbours.finish(), values: values.finish() }),
  };
}

/** The list in which nothing goes with anything. */
export function noPairs(productCount: number): PairList {
  return { starts: new Uint32Array(productCount + 1), neighbours: new Uint32Array(), values: new Float32Array() };
}
