import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Everything that functions measure, with its unit. Alarms and the dashboard name these; nothing else is recorded. */
export const metricUnits = {
  events_accepted: MetricUnit.Count,
  events_rejected: MetricUnit.Count,
  /** Of another protocol, under a name that means nothing here: acknowledged and not stored. */
  events_ignored: MetricUnit.Count,
  /** Durable in the log (acks=all). */
  events_published: MetricUnit.Count,
  events_inserted: MetricUnit.Count,
  events_duplicate: MetricUnit.Count,
  /** The same key with another content. */
  events_conflicting: MetricUnit.Count,
  events_dead_lettered: MetricUnit.Count,
  /** How long ago the newest event that was just stored had been received. */
  newest_row_age: MetricUnit.Seconds,
  /** Neither replayed nor dismissed. */
  dead_letters_waiting: MetricUnit.Count,
  /** Since the oldest of these was set aside. */
  oldest_dead_letter_days: MetricUnit.NoUnit,
  failed_batches_replayed: MetricUnit.Count,
  /** Batches that are still in the bucket after a replay. */
  failed_batches_waiting: MetricUnit.Count,
  training_seconds: MetricUnit.Seconds,
  /** Of a model just trained, on the last days held out: the share of touches that were among its 20. */
  training_hit_rate: MetricUnit.NoUnit,
  /** 1 when a training published its model, 0 when it kept the one in place. */
  model_published: MetricUnit.Count,
  /** Since the model in use was trained; nothing before the first. CloudWatch has no unit of days. */
  model_age_days: MetricUnit.NoUnit,
} as const;
export type MetricName = keyof typeof metricUnits;

/** Records values, once for each piece of work: a request, a batch, a run. */
export type RecordMetrics = (values: Readonly<Partial<Record<MetricName, number>>>) => void;

/**
 * Metrics of one function, under the dimension `service`: a line of the embedded metric format in its log, which
 * CloudWatch turns into metrics without a call over the network. `POWERTOOLS_METRICS_NAMESPACE` names the stage.
 */
export function createMetrics(serviceName: string): RecordMetrics {
  const metrics = new Metrics({ serviceName });
  return (values) => {
    for (const [name, value] of Object.entries(values)) metrics.addMetric(name, metricUnits[name as MetricName], value);
    metrics.publishStoredMetrics();
  };
}
