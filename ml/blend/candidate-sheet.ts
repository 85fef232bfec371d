/**
 * Candidates and their features, for one visitor after the other: a row of `width` numbers a candidate, at
 * `values[row * width]`.
 */
export type CandidateSheet = {
  readonly width: number;
  readonly count: number;
  readonly products: Uint32Array;
  readonly values: Float32Array;
  /** The candidate's row, made when there is none yet. */
  rowOf(product: number): number;
  /** The candidate's row, or undefined when it is none. */
  find(product: number): number | undefined;
  add(product: number, column: number, amount: number): void;
  clear(): void;
};

const FIRST_ROWS = 4096;
const NONE = -1;

export function createCandidateSheet(productCount: number, width: number): CandidateSheet {
  const rows = new Int32Array(productCount).fill(NONE);
  const sheet = {
    width,
    count: 0,
    products: new Uint32Array(FIRST_ROWS),
    values: new Float32Array(FIRST_ROWS * width),
    rowOf(product: number): number {
      const row = rows[product] as number;
      if (row !== NONE) return row;
      if (sheet.count === sheet.products.length) grow(sheet);
      sheet.products[sheet.count] = product;
      rows[product] = sheet.count;
      return sheet.count++;
    },
    find(product: number): number | undefined {
      const row = rows[product] as number;
      return row === NONE ? undefined : row;
    },
    add(product: number, column: number, amount: number): void {
      const place = sheet.rowOf(product) * width + column;
      sheet.values[place] = (sheet.values[place] as number) + amount;
    },
    clear(): void {
      for (let row = 0; row < sheet.count; row++) rows[sheet.products[row] as number] = NONE;
      sheet.values.fill(0, 0, sheet.count * width);
      sheet.count = 0;
    },
  };
  return sheet;
}

function grow(sheet: { products: Uint32Array; values: Float32Array }): void {
  const { products, values } = sheet;
  sheet.products = new Uint32Array(2 * products.length);
  sheet.values = new Float32Array(2 * values.length);
  sheet.products.set(products);
  sheet.values.set(values);
}
