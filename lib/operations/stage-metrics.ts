import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../platform/metrics.ts';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { functionNameOf, metricsNamespace } from '../functions/bundled-function.ts';
import type { EventLog } from '../log/event-log.ts';

type Statistic = 'SampleCount' | 'Sum' | 'Minimum' | 'Maximum' | 'Average' | 'p50' | 'p99';
export type BrokerMetrics = { id: number; cpu: IMetric; volume: IMetric | undefined };

/** The metrics of a stage by what they say: our own, Lambda's, the gateway's and the brokers'. */
export class StageMetrics {
  /** The names of the functions that consume, which are also their services. */
  readonly consumers: readonly string[];
  readonly brokers: readonly BrokerMetrics[];
  private readonly settings: StageSettings;
  private readonly apiId: string;

  constructor(props: { settings: StageSettings; consumers: readonly string[]; apiId: string; log: EventLog }) {
    this.settings = props.settings;
    this.consumers = props.consumers;
    this.apiId = props.apiId;
    this.brokers = brokersOf(props.log);
  }

  /** A metric that a function of ours records (`platform/metrics.ts`). */
  own(service: string, metricName: MetricName, statistic: Statistic, period = Duration.minutes(1)): Metric {
    return new Metric({
      namespace: metricsNamespace(this.settings),
      metricName,
      dimensionsMap: { service },
      statistic,
      period,
      label: `${service} ${metricName}`,
    });
  }

  /** What Lambda says of a consumer: failed invocations, or records between the end of its topic and what it has stored. */
  consumer(
    name: string,
    metricName: 'Errors' | 'OffsetLag',
    statistic: Statistic = 'Maximum',
    period = Duration.minutes(1),
  ): Metric {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: functionNameOf(this.settings, name) },
      statistic,
      period,
      label: name,
    });
  }

  /** Requests (`Count`), failures (`4xx`, `5xx`) or milliseconds (`Latency`) of the whole API. */
  api(metricName: 'Count' | '4xx' | '5xx' | 'Latency', statistic: Statistic = 'Sum'): Metric {
    return new Metric({
      namespace: 'AWS/ApiGateway',
      metricName,
      dimensionsMap: { ApiId: this.apiId, Stage: '$default' },
      statistic,
      period: Duration.minutes(1),
      label: `${metricName} ${statistic}`,
    });
  }
}

/** Of a cluster that we do not run, the number of brokers is not known: its own people watch it. */
function brokersOf({ monitored }: EventLog): BrokerMetrics[] {
  if (monitored === undefined) return [];
  const { clusterName, brokers, hasVolumes } = monitored;
  return Array.from({ length: brokers }, (_, index) => {
    const id = index + 1;
    const metric = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Kafka',
        metricName,
        dimensionsMap: { 'Cluster Name': clusterName, 'Broker ID': String(id) },
        statistic: 'Average',
        period: Duration.minutes(5),
        label: `broker ${id} ${metricName}`,
      });
    const cpu = new MathExpression({
      expression: `user${id} + system${id}`,
      usingMetrics: { [`user${id}`]: metric('CpuUser'), [`system${id}`]: metric('CpuSystem') },
      label: `broker ${id}`,
      period: Duration.minutes(5),
    });
    return { id, cpu, volume: hasVolumes ? metric('KafkaDataLogsDiskUsed') : undefined };
  });
}
