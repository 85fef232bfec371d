import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, type ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';

const RETRIES = 2;
const MAX_EVENT_AGE = Duration.hours(1);

type Props = {
  schedule: ScheduleExpression;
  target: IFunction;
  description: string;
  /** How often a run that fails is repeated; twice when left out. */
  retries?: number;
};

/**
 * Runs a function by the clock. A run that fails is repeated and then left to the next: each does all that is due, so that
 * none is missed, and its alarm says that it failed.
 */
export class ScheduledRun extends Construct {
  constructor(scope: Construct, id: string, { schedule, target, description, retries = RETRIES }: Props) {
    super(scope, id);
    // The library's own grant covers every version too.
    const role = invoker(this, target).withoutPolicyUpdates();
    // The schedule's own attempts concern the handing over: Lambda takes the event and runs the function afterwards.
    target.configureAsyncInvoke({ retryAttempts: retries, maxEventAge: MAX_EVENT_AGE });
    new Schedule(this, 'Schedule', {
      schedule,
      description,
      target: new LambdaInvoke(target, { role, retryAttempts: RETRIES, maxEventAge: MAX_EVENT_AGE }),
    });
  }
}

/** The role with which schedules of this account call the one function. */
function invoker(scope: Construct, target: IFunction): Role {
  const group = { service: 'scheduler', resource: 'schedule-group', resourceName: 'default' };
  const { account } = Stack.of(scope);
  const conditions = {
    StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': Stack.of(scope).formatArn(group) },
  };
  const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] });
  return new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    inlinePolicies: { invoke: new PolicyDocument({ statements: [invoke] }) },
  });
}
