import { askedModel } from '../../ml/evaluation/asked-model.ts';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import { percentile } from '../shoppers/drive.ts';

export type Metrics = Record<string, number | null>;

/** What a run found: flat names for machines, and what they are beside. */
export type Report = {
  title: string;
  metrics: Metrics;
  details: Record<string, unknown>;
  /** Rows of the table: a label and the prefix of its metrics' names; columns: heading and rest of the name. */
  rows: readonly (readonly [label: string, prefix: string])[];
  columns: readonly (readonly [heading: string, name: string])[];
  notes: readonly string[];
};

/** Six decimals: more than the number of rows supports, and the same text for the same lists. */
const DECIMALS = 6;
const LATENCY_DECIMALS = 2;
const LABEL_CHARS = 22;
const COLUMN_CHARS = 15;

export function withPrefix(prefix: string, metrics: Readonly<Metrics>): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, rounded(value)]));
}

export function latencyMetrics(prefix: string, answerMs: readonly number[]): Metrics {
  if (answerMs.length === 0) return {};
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99 };
  return Object.fromEntries(
    Object.entries(shares).map(([name, share]) => [
      `${prefix}latency_${name}_ms`,
      Number(percentile(answerMs, share).toFixed(LATENCY_DECIMALS)),
    ]),
  );
}

export function secondsLine(seconds: Readonly<Record<string, number>>): string {
  return `seconds: ${Object.entries(seconds)
    .map(([part, value]) => `${part} ${value}`)
    .join(', ')}`;
}

/** Which model answered, and what came of the training; `asked` differs from `trained` when it was refused. */
export function modelDetails(outcome: TrainingOutcome): Record<string, unknown> {
  const { modelVersion, status, detail = null } = outcome;
  return { asked: askedModel(outcome), trained: modelVersion, status, detail };
}

export function trainingLines({ status, detail }: TrainingOutcome): string[] {
  return detail === undefined ? [] : [`training was ${status}: ${detail}`];
}

/** The table for people. */
export function tableOf({ title, metrics, rows, columns, notes }: Report): string {
  const line = (label: string, cells: readonly string[]) =>
    label.padEnd(LABEL_CHARS) + cells.map((cell) => cell.padStart(COLUMN_CHARS)).join('');
  const shown = (value: number | null | undefined) => (typeof value === 'number' ? value.toFixed(4) : '–');
  const heading = line(
    '',
    columns.map(([text]) => text),
  );
  const body = rows.map(([label, prefix]) =>
    line(
      label,
      columns.map(([, name]) => shown(metrics[prefix + name])),
    ),
  );
  return [title, '', heading, ...body, '', ...notes].join('\n');
}

/** One line of JSON for machines. */
export function jsonOf({ metrics, details }: Report): string {
  return JSON.stringify({ metrics, ...details });
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(DECIMALS));
}
