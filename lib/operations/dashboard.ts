import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { StageMetrics } from './stage-metrics.ts';

type Functions = Readonly<Record<string, IFunction>>;

/** A person's first look: what comes in, what is stored, how late, and who is at their limit. */
export class OperationsDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { settings, metrics, functions }: { settings: StageSettings; metrics: StageMetrics; functions: Functions },
  ) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: `bazaarstream-${settings.stage}`,
      widgets: [
        pipeline(metrics),
        faults(metrics),
        requests(metrics, functions),
        limits(metrics, functions),
        training(metrics),
        deadLetters(metrics),
      ],
    });
  }
}

function pipeline(metrics: StageMetrics): GraphWidget[] {
  const inflow = ['events_accepted', 'events_published', 'events_rejected', 'events_ignored'] as const;
  return [
    graph(
      'Events in',
      inflow.map((name) => metrics.own('ingestion', name, 'Sum')),
    ),
    graph('Rows stored', ofConsumers(metrics, 'events_inserted', 'Sum')),
    graph('Age of the newest row, seconds', ofConsumers(metrics, 'newest_row_age', 'Maximum')),
  ];
}

function faults(metrics: StageMetrics): GraphWidget[] {
  return [
    graph(
      'Records behind',
      metrics.consumers.map((name) => metrics.consumer(name, 'OffsetLag')),
    ),
    graph('Duplicates and conflicts', [
      ...ofConsumers(metrics, 'events_duplicate', 'Sum'),
      ...ofConsumers(metrics, 'events_conflicting', 'Sum'),
    ]),
    graph('Dead letters and failed batches', [
      ...ofConsumers(metrics, 'events_dead_lettered', 'Sum'),
      metrics.own('replay-failed-batches', 'failed_batches_waiting', 'Maximum'),
      metrics.own('replay-failed-batches', 'failed_batches_replayed', 'Sum'),
    ]),
  ];
}

function requests(metrics: StageMetrics, functions: Functions): GraphWidget[] {
  return [
    graph('Requests', [metrics.api('Count'), metrics.api('4xx'), metrics.api('5xx')]),
    graph('Latency, milliseconds', [metrics.api('Latency', 'p50'), metrics.api('Latency', 'p99')]),
    graph(
      'Errors of functions',
      ofFunctions(functions, (target, label) => target.metricErrors({ label })),
    ),
  ];
}

function limits(metrics: StageMetrics, functions: Functions): GraphWidget[] {
  return [
    graph(
      'Duration, milliseconds (p99)',
      ofFunctions(functions, (target, label) => target.metricDuration({ statistic: 'p99', label })),
    ),
    graph(
      'Throttled',
      ofFunctions(functions, (target, label) => target.metricThrottles({ label })),
    ),
    ...(metrics.brokers.length === 0
      ? []
      : [
          graph(
            'Processor of the brokers, percent',
            metrics.brokers.map(({ cpu }) => cpu),
          ),
        ]),
  ];
}

function training(metrics: StageMetrics): GraphWidget[] {
  const day = Duration.days(1);
  return [
    graph('Hit rate of the models trained', [metrics.own('train', 'training_hit_rate', 'Maximum', day)]),
    graph('Models published, and age of the one in use in days', [
      metrics.own('train', 'model_published', 'Sum', day),
      metrics.own('maintain', 'model_age_days', 'Maximum', day),
    ]),
    graph('Duration of the training, seconds', [metrics.own('train', 'training_seconds', 'Maximum', day)]),
  ];
}

function deadLetters(metrics: StageMetrics): GraphWidget[] {
  const day = Duration.days(1);
  return [
    graph('Dead letters that wait', [metrics.own('maintain', 'dead_letters_waiting', 'Maximum', day)]),
    graph('Age of the oldest dead letter, days', [metrics.own('maintain', 'oldest_dead_letter_days', 'Maximum', day)]),
  ];
}

function ofConsumers(metrics: StageMetrics, ...[name, statistic]: OwnMetric): IMetric[] {
  return metrics.consumers.map((consumer) => metrics.own(consumer, name, statistic));
}
type OwnMetric = [name: Parameters<StageMetrics['own']>[1], statistic: Parameters<StageMetrics['own']>[2]];

function ofFunctions(functions: Functions, read: (target: IFunction, label: string) => IMetric): IMetric[] {
  return Object.entries(functions).map(([name, target]) => read(target, name));
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ width: 8, height: 6, title, left, leftYAxis: { min: 0 } });
}
