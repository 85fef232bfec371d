import { median } from '../report/quantiles.ts';

/** What was read of one figure at one time. */
export type Point = { minute: number; value: number };

/** How much a series may rise before it counts as growing: a share of where it began, and never less than `atLeast`. */
export type Allowance = { share: number; atLeast: number };

export type Verdict = {
  /** Median of the sixth part of the run that begins after its first sixth: of 30 minutes, minutes 5 to 10. */
  early: number;
  /** Median of the last sixth: of 30 minutes, the last 5. */
  late: number;
  /** What the robust slope of the last two thirds adds from their beginning to their end. */
  trend: number;
  allowed: number;
  isFlat: boolean;
};

/** Before it, caches fill and code is compiled. */
const SETTLED_AT = 1 / 6;
const EARLY_UNTIL = 1 / 3;
const LATE_FROM = 5 / 6;

/**
 * Says whether a series stays where it is: neither its trend nor the step from its early to its late median is above what is
 * allowed. What falls is flat.
 */
export function judge(points: readonly Point[], minutes: number, { share, atLeast }: Allowance): Verdict {
  const between = (from: number, to: number) =>
    points.filter(({ minute }) => minute >= from * minutes && minute <= to * minutes);
  const valuesOf = (from: number, to: number) => between(from, to).map(({ value }) => value);
  const [early, late] = [median(valuesOf(SETTLED_AT, EARLY_UNTIL)), median(valuesOf(LATE_FROM, 1))];
  const trend = slopePerMinute(between(EARLY_UNTIL, 1)) * minutes * (1 - EARLY_UNTIL);
  const allowed = Math.max(share * early, atLeast);
  // Written so that a figure that was not read (NaN) is not flat.
  return { early, late, trend, allowed, isFlat: trend <= allowed && late - early <= allowed };
}

/** Theil and Sen: the median of the slopes between all pairs, which a third of outliers does not move far. */
export function slopePerMinute(points: readonly Point[]): number {
  const slopes = points.flatMap((later, index) =>
    points
      .slice(0, index)
      .filter((earlier) => earlier.minute < later.minute)
      .map((earlier) => (later.value - earlier.value) / (later.minute - earlier.minute)),
  );
  return median(slopes);
}
