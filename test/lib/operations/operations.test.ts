import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.ts';
import { type ProfileName, profileNames, profiles } from '../profiles.ts';
import { propertiesOf, type Synthesized } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';
import { recordedMetrics } from './recorded-metrics.ts';

type Dimension = { Name: string; Value: string };
type Metric = { Namespace: string; MetricName: string; Dimensions: Dimension[] };
type Alarm = Partial<Metric> & {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: string[];
  OKActions: string[];
  Metrics?: { MetricStat?: { Metric: Metric }; Expression?: string; Id: string }[];
};

const alarmsOf = (stage: Synthesized) =>
  propertiesOf(stage.app, 'AWS::CloudWatch::Alarm').map((alarm) => evaluate(stage, 'app', alarm) as Alarm);

/** `namespace metric name=value …`, for each metric that an alarm or the dashboard asks for. */
function watched(stage: Synthesized): string[] {
  const line = (namespace: string, name: string, dimensions: Dimension[]) =>
    [namespace, name, ...dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()].join(' ');
  const ofAlarms = alarmsOf(stage).flatMap(({ Namespace, MetricName, Dimensions = [], Metrics = [] }) => [
    ...(Namespace === undefined || MetricName === undefined ? [] : [line(Namespace, MetricName, Dimensions)]),
    ...Metrics.flatMap(({ MetricStat }) =>
      MetricStat === undefined
        ? []
        : [line(MetricStat.Metric.Namespace, MetricStat.Metric.MetricName, MetricStat.Metric.Dimensions)],
    ),
  ]);
  const [dashboard] = propertiesOf(stage.app, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(String(evaluate(stage, 'app', dashboard?.DashboardBody))) as {
    widgets: { properties: { metrics: (string | { expression?: string })[][] } }[];
  };
  const ofWidgets = widgets.flatMap(({ properties }) =>
    properties.metrics.flatMap((row) => {
      const [namespace = '', name = '', ...rest] = row.filter((part) => typeof part === 'string');
      const dimensions = rest.flatMap((Name, at) => (at % 2 === 0 ? [{ Name, Value: rest[at + 1] ?? '' }] : []));
      return namespace === '' ? [] : [line(namespace, name, dimensions)];
    }),
  );
  return [...new Set([...ofAlarms, ...ofWidgets])].sort();
}

/** Every metric that will be there to be watched, but for AWS's own names, which no code here can know. */
function existing(stage: Synthesized, profile: ProfileName): (line: string) => boolean {
  const namespace = `BazaarStream/${profiles[profile].stage}`;
  const ours = [...recordedMetrics()].flatMap(([service, names]) =>
    names.map((name) => `${namespace} ${name} service=${service}`),
  );
  const functions = propertiesOf(stage.app, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName);
  const cluster = `Cluster Name=bazaarstream-${profiles[profile].stage}`;
  return (line) =>
    ours.includes(line) ||
    functions.some((name) => new RegExp(`^AWS/Lambda \\w+ FunctionName=${name}$`).test(line)) ||
    /^AWS\/ApiGateway \w+ ApiId=<ShopApiA1CAA4FB> Stage=\$default$/.test(line) ||
    new RegExp(`^AWS/Kafka \\w+ Broker ID=[123] ${cluster}$`).test(line);
}

const runbook = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/runbook.md'), 'utf8');

describe.each(profileNames)('with %s', async (profile) => {
  const stage = await synthesized(profile);
  const alarms = alarmsOf(stage);

  test('each alarm names a section of the runbook that is there', () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const [, section] = /What to do: docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription) ?? [];
      expect(section, AlarmName).toBeDefined();
      expect(runbook, AlarmName).toMatch(new RegExp(`^## ${section}$`, 'm'));
    }
  });

  test('each alarm tells somebody that it rings, and that it is over', () => {
    const [topicId] = Object.keys(stage.app.Resources).filter((id) => id.startsWith('OperationsAlarmsTold'));
    for (const { AlarmActions, OKActions } of alarms)
      expect({ AlarmActions, OKActions }).toEqual({ AlarmActions: [`<${topicId}>`], OKActions: [`<${topicId}>`] });
  });

  test('alarms and dashboard watch nothing that nobody records', () => {
    const lines = watched(stage);
    const exists = existing(stage, profile);
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter((line) => !exists(line))).toEqual([]);
  });

  test('our metrics are recorded under the namespace that is watched', () => {
    for (const { FunctionName, Environment } of propertiesOf(stage.app, 'AWS::Lambda::Function'))
      if (FunctionName !== undefined)
        expect(Environment).toMatchObject({
          Variables: { POWERTOOLS_METRICS_NAMESPACE: `BazaarStream/${profiles[profile].stage}` },
        });
  });

  test('brokers are watched where they are ours, and their volumes where they have any', () => {
    const names = alarms.map(({ AlarmName }) => AlarmName);
    const count = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
    expect(count(/-broker-\d-cpu$/)).toBe({ standard: 3, express: 3, msk: 0, kafka: 0 }[profile]);
    expect(count(/-broker-\d-volume$/)).toBe({ standard: 3, express: 0, msk: 0, kafka: 0 }[profile]);
  });
});

test('CloudWatch may publish alarms, and nobody without TLS', async () => {
  const stage = await synthesized('express');
  const [policy] = propertiesOf(stage.app, 'AWS::SNS::TopicPolicy').map((one) => evaluate(stage, 'app', one));
  expect(policy).toMatchObject({
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        },
      ],
    },
  });
  expect(propertiesOf(stage.app, 'AWS::SNS::Subscription')).toMatchObject([
    { Protocol: 'email', Endpoint: 'ops@shop.example' },
  ]);
});

test('each scheduled function runs by a schedule, and its failure rings', async () => {
  const stage = await synthesized('express');
  const schedules = propertiesOf(stage.app, 'AWS::Scheduler::Schedule').map((one) => evaluate(stage, 'app', one));
  expect(schedules).toMatchObject([
    {
      ScheduleExpression: 'cron(17 3 * * ? *)',
      Target: { Arn: expect.stringMatching(/function:bazaarstream-prod-maintain$/) },
    },
    { ScheduleExpression: 'rate(15 minutes)', Target: { Arn: expect.stringMatching(/-replay-failed-batches$/) } },
    { ScheduleExpression: 'cron(41 2 * * ? *)', Target: { Arn: expect.stringMatching(/-train$/) } },
  ]);
  const retries = propertiesOf(stage.app, 'AWS::Lambda::EventInvokeConfig').map(
    ({ MaximumRetryAttempts }) => MaximumRetryAttempts,
  );
  // A training that takes too long would only take as long again.
  expect(retries).toEqual([2, 2, 0]);
  const failures = alarmsOf(stage).filter(({ AlarmName }) => AlarmName.endsWith('-failed'));
  expect(failures.map(({ Dimensions }) => Dimensions)).toEqual([
    [{ Name: 'FunctionName', Value: 'bazaarstream-prod-maintain' }],
    [{ Name: 'FunctionName', Value: 'bazaarstream-prod-replay-failed-batches' }],
    [{ Name: 'FunctionName', Value: 'bazaarstream-prod-train' }],
  ]);
});
