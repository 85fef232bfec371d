import type { Assumptions } from './assumptions.ts';
import { type CostLine, costLine, MONTH, SECONDS_PER_DAY } from './cost-line.ts';
import { invocations } from './function-lines.ts';
import { prices } from './prices.ts';
import type { Traffic } from './traffic.ts';

/** Logs, metrics, alarms and the dashboard, all CloudWatch. Tracing is off unless a stage asks for it. */
export function monitoringLines(traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const a = assumptions;
  const lines = traffic.requests + traffic.batches;
  const bytes =
    lines * a.logLineBytes +
    traffic.requests * a.accessLogBytes +
    invocations(traffic, assumptions) * a.platformLogBytes;
  return [
    logs('logs of functions', lines, 'lines/s', a.logLineBytes),
    logs('access log', traffic.requests, 'requests/s', a.accessLogBytes),
    logs("Lambda's own lines", invocations(traffic, assumptions), 'invocations/s', a.platformLogBytes),
    costLine(
      'monitoring',
      'logs kept',
      [
        [bytes, 'B/s'],
        [a.logRetentionDays * SECONDS_PER_DAY, 's'],
      ],
      prices.logsStored,
    ),
    costLine('monitoring', 'metrics', [[a.customMetrics, 'metrics']], prices.customMetric),
    costLine('monitoring', 'alarms', [[a.alarms, 'alarms']], prices.alarm),
    costLine('monitoring', 'dashboard', [[a.dashboards, 'dashboard']], prices.dashboard),
  ];
}

function logs(item: string, rate: number, unit: string, bytes: number): CostLine {
  return costLine('monitoring', item, [[rate, unit], MONTH, [bytes, 'B']], prices.logsIngested);
}

/** What is there whatever the traffic is, and costs little. */
export function smallLines(assumptions: Assumptions): CostLine[] {
  const a = assumptions;
  return [
    costLine('small services', 'secrets', [[a.secrets, 'secrets']], prices.secret),
    costLine('small services', 'reading secrets', [[a.secretReads, 'reads']], prices.secretReads),
    costLine('small services', 'failed batches kept', [[a.failedBatchGb, 'GB']], prices.s3Storage),
    costLine('small services', 'failed batches written', [[a.failedBatchWrites, 'writes']], prices.s3Writes),
    costLine('small services', 'mails of alarms', [[a.alarmEmails, 'e-mails']], prices.email),
    costLine('small services', 'schedules', [[a.scheduledRuns, 'runs']], prices.schedule),
  ];
}
