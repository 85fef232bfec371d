import { askedModel } from '../../ml/evaluation/asked-model.ts';
import type { NextProduct } from '../../ml/evaluation/next-product.ts';
import { isLagged, LAGGED_PREFIX, LAGS } from '../../ml/evaluation/next-product-run.ts';
import { countSessions, type SessionHistory } from '../../ml/evaluation/session-history.ts';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import type { FilesCommand } from './command.ts';
import { type Metrics, modelDetails, type Report, secondsLine, trainingLines } from './report.ts';

export type FilesFindings = {
  command: FilesCommand;
  history: SessionHistory;
  rows: readonly NextProduct[];
  outcome: TrainingOutcome;
  metrics: Metrics;
  seconds: Record<string, number>;
};

/** What is printed of an evaluation on files. */
export function filesReport({ command, history, rows, outcome, metrics, seconds }: FilesFindings): Report {
  const lags = command.lag ? LAGS : [];
  const laggedRows = rows.filter(isLagged).length;
  return {
    title: `${rows.length} questions to model ${askedModel(outcome)}, full ranking, repeats allowed`,
    metrics,
    details: {
      train: { sessions: countSessions(history), clicks: history.clicks.length, products: history.products.length },
      test: { rows: rows.length, rows_of_four_and_more: laggedRows },
      model: modelDetails(outcome),
      seed: command.seed,
      seconds,
    },
    rows: [
      ['model', ''],
      ['item-kNN', 'item_knn_'],
      ['popularity', 'popularity_'],
      ...lags.map((lag) => [`${lag} events behind *`, `lag_${lag}_`] as const),
    ],
    columns: [
      ['HR@20', 'hr_at_20'],
      ['MRR@20', 'mrr_at_20'],
      ['novel HR@20', 'novel_hr_at_20'],
      ['novel of hits', 'novel_share'],
      ['coverage', 'coverage'],
    ],
    notes: [
      ...trainingLines(outcome),
      ...(command.lag ? [`* on the ${laggedRows} prefixes of ${LAGGED_PREFIX} and more`] : []),
      `production statement p50 ${metrics.latency_p50_ms} ms, p95 ${metrics.latency_p95_ms} ms, p99 ${metrics.latency_p99_ms} ms, two sessions at a time,`,
      'from sending it to having its rows: driver, WebSocket to the endpoint in this process, PostgreSQL on this machine',
      secondsLine(seconds),
    ],
  };
}
