/** As much of a view's row as says something of its product, and what decides whose word counts. */
export type DescribingView = {
  product_id: string;
  name: string | null;
  category: string | null;
  brand: string | null;
  unit_price: string | null;
  trusted: boolean;
  is_bot: boolean;
  occurred_at: string;
  skew_ms: number;
  describes: boolean;
};

/** A row that says nothing else says that the product is there. A currency goes with its price. */
const SAID = ['product_id', 'name', 'category', 'brand', 'unit_price'] as const;

/** Above every time in milliseconds, and with one added still exact. */
const TRUSTED_RANK = 2 ** 52;

/**
 * Sets `describes` of the rows that may be the newest of their product in something, by the order of stamps: trusted before
 * untrusted, then by time. Of one millisecond all are marked: the database knows microseconds, and ids decide the rest.
 */
export function markDescribing(rows: readonly DescribingView[]): void {
  const newestOf = new Map<string, Float64Array>();
  const marked = rows.map((row) => {
    const newest = newestOf.get(row.product_id) ?? new Float64Array(SAID.length);
    const rank = rankOf(row);
    if (!row.is_bot) {
      newestOf.set(row.product_id, newest);
      for (const [index, column] of SAID.entries())
        if (row[column] !== null) newest[index] = Math.max(newest[index] ?? 0, rank);
    }
    return { row, newest, rank };
  });
  for (const { row, newest, rank } of marked)
    row.describes = !row.is_bot && SAID.some((column, index) => row[column] !== null && newest[index] === rank);
}

function rankOf({ trusted, occurred_at, skew_ms }: DescribingView): number {
  return (trusted ? TRUSTED_RANK : 0) + Date.parse(occurred_at) + skew_ms;
}
