import { wholeNumbers } from '../history/growing-column.ts';

/** Sessions of product ids, oldest first, as numbers: `clicks[starts[n] … starts[n + 1])` are those of session n. */
export type SessionHistory = {
  readonly products: readonly string[];
  /** Where a product stands in `products`. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly clicks: Uint32Array;
  readonly starts: Uint32Array;
};

export type SessionCollector = { add(session: readonly string[]): void; finish(): SessionHistory };

/** Takes sessions one by one, four bytes a click. */
export function createSessionCollector(): SessionCollector {
  const indexOf = new Map<string, number>();
  const [clicks, starts] = [wholeNumbers(), wholeNumbers()];
  let length = 0;
  starts.push(length);
  return {
    add(session) {
      for (const product of session) {
        const index = indexOf.get(product) ?? indexOf.size;
        indexOf.set(product, index);
        clicks.push(index);
      }
      length += session.length;
      starts.push(length);
    },
    finish: () => ({ products: [...indexOf.keys()], indexOf, clicks: clicks.finish(), starts: starts.finish() }),
  };
}

export function countSessions({ starts }: SessionHistory): number {
  return starts.length - 1;
}

/** The clicks of session n. */
export function sessionAt({ clicks, starts }: SessionHistory, n: number): Uint32Array {
  return clicks.subarray(starts[n], starts[n + 1]);
}
