import { askedModel } from '../../ml/evaluation/asked-model.ts';
import type { HistoryResult } from '../../ml/evaluation/history-run.ts';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import type { VariantResult } from '../../repositories/experiments.repository.ts';
import type { HistoryCommand } from './command.ts';
import {
  latencyMetrics,
  type Metrics,
  modelDetails,
  type Report,
  secondsLine,
  trainingLines,
  withPrefix,
} from './report.ts';

export type HistoryFindings = { purchases: HistoryResult; novel: HistoryResult; variants: VariantResult[] };

/** What is printed of an evaluation on a database's own history. */
export function historyReport(
  command: HistoryCommand,
  outcome: TrainingOutcome,
  { purchases, novel, variants }: HistoryFindings,
  seconds: Record<string, number>,
): Report {
  return {
    title: `what people did after ${command.since.toISOString()}, foretold by model ${askedModel(outcome)} as of then`,
    metrics: { ...metricsOf('purchase', purchases), ...metricsOf('novel', novel) },
    details: {
      people: { purchases: purchases.people.length, novel: novel.people.length },
      model: modelDetails(outcome),
      experiment: command.experiment === undefined ? null : { name: command.experiment.name, variants },
      since: command.since.toISOString(),
      seed: command.seed,
      seconds,
    },
    rows: [
      ['model', ''],
      ['popularity', 'popularity_'],
    ],
    columns: [
      ['bought: Recall', 'purchase_recall_at_20'],
      ['NDCG@20', 'purchase_ndcg_at_20'],
      ['new: Recall', 'novel_recall_at_20'],
      ['NDCG@20', 'novel_ndcg_at_20'],
    ],
    notes: [
      ...trainingLines(outcome),
      `by person, at 20: ${purchases.people.length} who bought, ${novel.people.length} who touched products that they had never seen`,
      ...variants.map(variantLine),
      secondsLine(seconds),
    ],
  };
}

function metricsOf(name: string, { model, popularity, answerMs }: HistoryResult): Metrics {
  return {
    ...withPrefix(`${name}_`, model),
    ...withPrefix(`popularity_${name}_`, popularity),
    ...latencyMetrics(`${name}_`, answerMs),
  };
}

function variantLine({ variant, people, exposures, clicks, click_through_rate, conversions }: VariantResult): string {
  return `${variant}: ${exposures} lists to ${people} people, ${clicks} clicks (${click_through_rate}), ${conversions} bought`;
}
