import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { AlarmSpecification } from './alarm-list.ts';

/** Where each alarm says what to do. */
const RUNBOOK = 'docs/runbook.md';

/** The alarms of a stage, and the topic that tells somebody of them. */
export class Alarms extends Construct {
  readonly alarms: Alarm[];

  constructor(
    scope: Construct,
    id: string,
    { settings, list }: { settings: StageSettings; list: readonly AlarmSpecification[] },
  ) {
    super(scope, id);
    const told = new Topic(this, 'Told', { topicName: `bazaarstream-${settings.stage}-alarms`, enforceSSL: true });
    // A topic without a policy takes alarms of its account; one with any policy takes what that allows.
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    told.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions }));
    if (settings.alarmEmail !== undefined) told.addSubscription(new EmailSubscription(settings.alarmEmail));
    this.alarms = list.map((specification) => {
      const alarm = this.alarm(settings, specification);
      alarm.addAlarmAction(new SnsAction(told));
      alarm.addOkAction(new SnsAction(told));
      return alarm;
    });
  }

  private alarm(
    { stage }: StageSettings,
    { name, runbook, metric, threshold, periods, meaning, isExpected = false }: AlarmSpecification,
  ): Alarm {
    return new Alarm(this, name, {
      alarmName: `bazaarstream-${stage}-${name}`,
      alarmDescription: `${meaning} What to do: ${RUNBOOK}#${runbook}`,
      metric,
      threshold,
      comparisonOperator: isExpected
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      // In a shop where nothing happens nothing is measured.
      treatMissingData: isExpected ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}
