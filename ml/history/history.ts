/** What a touch was, as a bit, so that several make a set. */
export const VIEWED = 1;
export const ADDED = 2;
export const BOUGHT = 4;
export type TouchKind = typeof VIEWED | typeof ADDED | typeof BOUGHT;

export type Person = { readonly id: string; readonly isAnonymous: boolean };

/**
 * Who touched which product when, as numbers: a touch takes 13 bytes. The touches of person p stand from `personStarts[p]`
 * up to `personStarts[p + 1]`, oldest first; people and products are numbered in the order of their ids.
 */
export type History = {
  readonly people: readonly Person[];
  readonly productIds: readonly string[];
  readonly personStarts: Uint32Array;
  readonly products: Uint32Array;
  /** Since 1970, with microseconds. */
  readonly seconds: Float64Array;
  readonly kinds: Uint8Array;
};

/** The person of a touch: the last one who starts at it or before. */
export function personAt({ personStarts }: History, touch: number): number {
  let low = 0;
  let high = personStarts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((personStarts[middle] as number) <= touch) low = middle;
    else high = middle;
  }
  return low;
}

/** Where the person's touches before a second end. */
export function endBefore({ personStarts, seconds }: History, person: number, before: number): number {
  const first = personStarts[person] as number;
  let end = personStarts[person + 1] as number;
  while (end > first && (seconds[end - 1] as number) >= before) end--;
  return end;
}

/** The first and the last touch of all, in seconds since 1970; NaN where there are none. */
export function timeSpan({ seconds }: History): { first: number; last: number } {
  if (seconds.length === 0) return { first: Number.NaN, last: Number.NaN };
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of seconds) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return { first, last };
}
