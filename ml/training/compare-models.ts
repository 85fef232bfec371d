import type { RankingMetrics } from './ranking-metrics.ts';

/** On the last days held out; stored as `model_runs.metrics`. */
export type ModelMetrics = {
  readonly model: RankingMetrics;
  /** What most people touched, by the age of the touch. */
  readonly popularity: RankingMetrics;
  readonly item_knn: RankingMetrics;
  readonly in_place: InPlaceMetrics | null;
};

export type InPlaceMetrics = {
  readonly model_version: string;
  /** Measured on examples that it has not seen either, or what it reached when it was trained. */
  readonly is_recorded: boolean;
  readonly in_place: RankingMetrics;
  /** This model on the same examples. */
  readonly model: RankingMetrics;
};

/**
 * On the same examples chance makes some difference, and the model that is measured has not seen the days held out, while
 * the one in place may have seen some of them. Other days make more.
 */
const TOLERANCE = 0.05;
const RECORDED_TOLERANCE = 0.1;

/** Why the model must not be published; undefined when it may. */
export function reasonToRefuse({ model, popularity, in_place }: ModelMetrics): string | undefined {
  if (isWorse(model, popularity, 0)) return `worse than popularity: ${both(model, popularity)}`;
  if (in_place === null) return undefined;
  const tolerance = in_place.is_recorded ? RECORDED_TOLERANCE : TOLERANCE;
  if (!isWorse(in_place.model, in_place.in_place, tolerance)) return undefined;
  return `worse than ${in_place.model_version}, the model in place: ${both(in_place.model, in_place.in_place)}`;
}

function isWorse(model: RankingMetrics, other: RankingMetrics, tolerance: number): boolean {
  const falls = (mine: number | null, theirs: number | null) => (mine ?? 0) < (theirs ?? 0) * (1 - tolerance);
  return falls(model.hr_at_20, other.hr_at_20) || falls(model.mrr_at_20, other.mrr_at_20);
}

function both(model: RankingMetrics, other: RankingMetrics): string {
  const shown = ({ hr_at_20, mrr_at_20 }: RankingMetrics) =>
    `hit rate ${(hr_at_20 ?? 0).toFixed(4)}, mrr ${(mrr_at_20 ?? 0).toFixed(4)}`;
  return `${shown(model)} against ${shown(other)}`;
}
