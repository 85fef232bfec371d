import type { RankingMetrics } from '../../ml/training/ranking-metrics.ts';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';

const MIB = 1024 * 1024;

/** What came of a training, for people. */
export function summary(outcome: TrainingOutcome): string {
  const { metrics, parameters } = outcome;
  const inPlace = metrics?.in_place ?? undefined;
  const lines = [
    `${outcome.modelVersion}: ${outcome.status}${outcome.detail === undefined ? '' : `, ${outcome.detail}`}`,
    `window   ${outcome.windowStart ?? 'nothing'} to ${outcome.windowEnd ?? 'nothing'}`,
    `read     ${outcome.events} touches by ${outcome.people} people of ${outcome.products} products`,
    `took     ${outcome.seconds.toFixed(1)} s, ${Math.round(outcome.peakMemoryBytes / MIB)} MB`,
    `learnt   ${JSON.stringify(parameters ?? null)}`,
    ...metricLine('this model', metrics?.model),
    ...metricLine('popularity', metrics?.popularity),
    ...metricLine('item-kNN', metrics?.item_knn),
    ...metricLine(inPlace?.is_recorded ? 'in place, as recorded' : 'in place', inPlace?.in_place),
    ...metricLine('  this model there', inPlace?.model),
    ...(outcome.leftBehind === undefined ? [] : [`left     rows that nobody needs: ${outcome.leftBehind}`]),
  ];
  return lines.join('\n');
}

function metricLine(name: string, metrics: RankingMetrics | undefined): string[] {
  if (metrics === undefined) return [];
  const shown = (value: number | null) => (value === null ? '-' : value.toFixed(4));
  const { hr_at_20, mrr_at_20, novel_hr_at_20, examples } = metrics;
  return [
    `${name.padEnd(24)} hr@20 ${shown(hr_at_20)}  mrr@20 ${shown(mrr_at_20)}  novel hr@20 ${shown(novel_hr_at_20)}  of ${examples}`,
  ];
}
