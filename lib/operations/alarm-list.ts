import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { StageMetrics } from './stage-metrics.ts';

/** What is watched, what it means, and which section of the runbook says what to do. */
export type AlarmSpecification = {
  name: string;
  runbook: string;
  meaning: string;
  metric: IMetric;
  /** It rings above this, for so many periods of the metric in a row. */
  threshold: number;
  periods: number;
  /** Rings when less comes than the threshold, or nothing. */
  isExpected?: boolean;
};

/** Records; at 100 events a second, a minute and a half of them. */
const MAX_LAG = 10_000;
/** Within a second is the promise; five minutes are a fault, not a hiccup. */
const MAX_ROW_AGE_SECONDS = 300;
/** Brokers need room to take over from one that fails: AWS advises to stay below 60 percent. */
const MAX_BROKER_CPU_PERCENT = 60;
/** A volume that is full stops its broker. */
const MAX_VOLUME_PERCENT = 80;
const MAX_5XX_PERCENT = 1;
/** Nights enough for a fault to be mended; products that came since are recommended by what is going on alone. */
const MAX_MODEL_AGE_DAYS = 7;
/** Some are normal where others write to a topic; so many are one fault that goes on. */
const MAX_DEAD_LETTERS = 1_000;
/** They are replayed for 30 days; there is time left to mend the cause. */
const MAX_DEAD_LETTER_DAYS = 7;

/** Every alarm of a stage. */
export function alarmList(
  metrics: StageMetrics,
  functions: { authorizer: IFunction; scheduled: Readonly<Record<string, IFunction>> },
): AlarmSpecification[] {
  return [
    ...metrics.consumers.flatMap((name) => consumerAlarms(metrics, name)),
    ...pipelineAlarms(metrics),
    ...apiAlarms(metrics, functions.authorizer),
    ...Object.entries(functions.scheduled).map(([name, job]) => jobAlarm(name, job)),
    modelAlarm(metrics),
    ...backlogAlarms(metrics),
    ...brokerAlarms(metrics),
  ];
}

function pipelineAlarms(metrics: StageMetrics): AlarmSpecification[] {
  return [
    {
      name: 'rows-old',
      runbook: 'rows-old',
      meaning: 'Events are published, and for ten minutes no row is younger than five minutes.',
      metric: ageWhilePublishing(metrics),
      threshold: MAX_ROW_AGE_SECONDS,
      periods: 2,
    },
    {
      name: 'failed-batches',
      runbook: 'failed-batches',
      meaning: 'Batches that Lambda gave up wait in the bucket, and a replay did not store them.',
      metric: metrics.own('replay-failed-batches', 'failed_batches_waiting', 'Maximum', Duration.minutes(15)),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'replay-silent',
      runbook: 'scheduled-job-failed',
      meaning: 'The replay of failed batches has not run for an hour; it runs every 15 minutes.',
      metric: metrics.own('replay-failed-batches', 'failed_batches_waiting', 'SampleCount', Duration.hours(1)),
      threshold: 1,
      periods: 1,
      isExpected: true,
    },
  ];
}

function apiAlarms(metrics: StageMetrics, authorizer: IFunction): AlarmSpecification[] {
  return [
    {
      name: 'api-5xx',
      runbook: 'api-5xx',
      meaning: `More than ${MAX_5XX_PERCENT} percent of the API's answers are failures of ours.`,
      metric: failureRate(metrics),
      threshold: MAX_5XX_PERCENT,
      periods: 3,
    },
    {
      name: 'authorizer-errors',
      runbook: 'authorizer-errors',
      meaning: 'The authorizer fails, so that the gateway answers 500 to everybody.',
      metric: authorizer.metricErrors({ period: Duration.minutes(1) }),
      threshold: 0,
      periods: 2,
    },
  ];
}

function jobAlarm(name: string, job: IFunction): AlarmSpecification {
  return {
    name: `${name}-failed`,
    runbook: 'scheduled-job-failed',
    meaning: `The scheduled function ${name} failed.`,
    metric: job.metricErrors({ period: Duration.minutes(15) }),
    threshold: 0,
    periods: 1,
  };
}

function modelAlarm(metrics: StageMetrics): AlarmSpecification {
  return {
    name: 'model-old',
    runbook: 'model-old',
    meaning: `The model in use was trained more than ${MAX_MODEL_AGE_DAYS} days ago.`,
    metric: metrics.own('maintain', 'model_age_days', 'Maximum', Duration.days(1)),
    threshold: MAX_MODEL_AGE_DAYS,
    periods: 1,
  };
}

function backlogAlarms(metrics: StageMetrics): AlarmSpecification[] {
  return [
    {
      name: 'dead-letters-old',
      runbook: 'dead-letters',
      meaning: `A dead letter has waited for more than ${MAX_DEAD_LETTER_DAYS} days.`,
      metric: metrics.own('maintain', 'oldest_dead_letter_days', 'Maximum', Duration.days(1)),
      threshold: MAX_DEAD_LETTER_DAYS,
      periods: 1,
    },
    {
      name: 'dead-letters-many',
      runbook: 'dead-letters',
      meaning: `More than ${MAX_DEAD_LETTERS} dead letters wait.`,
      metric: metrics.own('maintain', 'dead_letters_waiting', 'Maximum', Duration.days(1)),
      threshold: MAX_DEAD_LETTERS,
      periods: 1,
    },
  ];
}

function consumerAlarms(metrics: StageMetrics, name: string): AlarmSpecification[] {
  const period = Duration.minutes(5);
  return [
    {
      name: `${name}-lag`,
      runbook: 'lag',
      meaning: `${name} is more than ${MAX_LAG} records behind.`,
      metric: metrics.consumer(name, 'OffsetLag'),
      threshold: MAX_LAG,
      periods: 5,
    },
    {
      name: `${name}-stalled`,
      runbook: 'lag',
      meaning: `Records wait for ${name}, and for a quarter of an hour it has stored none.`,
      metric: waitingWhileNothingIsStored(metrics, name, period),
      threshold: 0,
      periods: 3,
    },
    {
      name: `${name}-errors`,
      runbook: 'lag',
      meaning: `Invocations of ${name} have failed for a quarter of an hour.`,
      metric: metrics.consumer(name, 'Errors', 'Sum', period),
      threshold: 0,
      periods: 3,
    },
    {
      name: `${name}-dead-letters`,
      runbook: 'dead-letters',
      meaning: `${name} set records aside that no retry can store.`,
      metric: metrics.own(name, 'events_dead_lettered', 'Sum', period),
      threshold: 0,
      periods: 1,
    },
  ];
}

/** Records that wait, while none is stored: what a shop of few events would not see by their number for hours. */
function waitingWhileNothingIsStored(metrics: StageMetrics, name: string, period: Duration): IMetric {
  const stored = ['events_inserted', 'events_duplicate', 'events_dead_lettered'] as const;
  const ids = stored.map((metric, index) => [`stored${index}`, metrics.own(name, metric, 'Sum', period)] as const);
  return new MathExpression({
    label: `records that wait for ${name} while it stores none`,
    expression: `IF(${ids.map(([id]) => `FILL(${id}, 0)`).join(' + ')} == 0, waiting, 0)`,
    usingMetrics: { waiting: metrics.consumer(name, 'OffsetLag', 'Minimum', period), ...Object.fromEntries(ids) },
    period,
  });
}

/** The age of the newest row, or a day where none came; but only while something is published. */
function ageWhilePublishing(metrics: StageMetrics): IMetric {
  const period = Duration.minutes(5);
  const ages = metrics.consumers.map((name, index) => [
    `age${index}`,
    metrics.own(name, 'newest_row_age', 'Minimum', period),
  ]);
  const names = ages.map(([name]) => `FILL(${name}, 86400)`).join(', ');
  return new MathExpression({
    label: 'age of the newest row while events are published, in seconds',
    expression: `IF(FILL(published, 0) > 0, MIN([${names}]), 0)`,
    usingMetrics: {
      published: metrics.own('ingestion', 'events_published', 'Sum', period),
      ...Object.fromEntries(ages),
    },
    period,
  });
}

function failureRate(metrics: StageMetrics): IMetric {
  return new MathExpression({
    label: 'failures, in percent of requests',
    expression: 'IF(requests > 20, 100 * failures / requests, 0)',
    usingMetrics: { requests: metrics.api('Count'), failures: metrics.api('5xx') },
    period: Duration.minutes(1),
  });
}

function brokerAlarms(metrics: StageMetrics): AlarmSpecification[] {
  return metrics.brokers.flatMap(({ id, cpu, volume }) => [
    {
      name: `broker-${id}-cpu`,
      runbook: 'broker-cpu',
      meaning: `Broker ${id} is busier than ${MAX_BROKER_CPU_PERCENT} percent for a quarter of an hour.`,
      metric: cpu,
      threshold: MAX_BROKER_CPU_PERCENT,
      periods: 3,
    },
    ...(volume === undefined
      ? []
      : [
          {
            name: `broker-${id}-volume`,
            runbook: 'broker-volume',
            meaning: `The volume of broker ${id} is fuller than ${MAX_VOLUME_PERCENT} percent.`,
            metric: volume,
            threshold: MAX_VOLUME_PERCENT,
            periods: 1,
          },
        ]),
  ]);
}
