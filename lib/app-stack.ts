import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import { type Topic, topicNames } from '../events/topics.ts';
import type { StageSettings } from '../platform/stage-settings.ts';
import { ShopApi } from './api/shop-api.ts';
import type { DataStack } from './data-stack.ts';
import { ApiFunctions } from './functions/api-functions.ts';
import { Migrations } from './functions/migrations.ts';
import { ScheduledJobs } from './functions/scheduled-jobs.ts';
import { TopicConsumer } from './functions/topic-consumer.ts';
import { TopicSetup } from './functions/topic-setup.ts';
import { Operations } from './operations/operations.ts';
import { QuickSightDashboard } from './quicksight/quicksight-dashboard.ts';

export type AppStackProps = StackProps & { settings: StageSettings; data: DataStack };

/** Which function works off which topic. */
const consumers: Readonly<Record<Topic, { id: string; name: string }>> = {
  product_views: { id: 'ProcessViewLambda', name: 'process-view' },
  cart_events: { id: 'ProcessCartLambda', name: 'process-cart' },
  purchases: { id: 'ProcessPurchaseLambda', name: 'process-purchase' },
};

/** Everything that is deployed often: functions, mappings, API, schedules, alarms. It holds no data. */
export class AppStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, ...props }: AppStackProps) {
    super(scope, id, props);
    const { log, secrets, failedBatches } = data;
    const migrations = new Migrations(this, 'Migrations', { settings, secrets });
    const topics: IDependable =
      'replicationFactor' in log.topics
        ? new TopicSetup(this, 'TopicSetup', { settings, log, ...log.topics })
        : log.topics;
    const workers = topicNames.map(
      (topic) =>
        new TopicConsumer(this, consumers[topic].id, {
          settings,
          topic,
          log,
          name: consumers[topic].name,
          writerSecret: secrets.roles.writer,
          failures: failedBatches,
        }),
    );
    const api = new ApiFunctions(this, 'ApiFunctions', { settings, data });
    const jobs = new ScheduledJobs(this, 'ScheduledJobs', { settings, data, consumers: workers });
    // New code may ask for new tables and topics; old code finds its own, since neither is ever taken away.
    for (const part of [...workers, api, jobs]) part.node.addDependency(migrations, topics);
    const shopApi = new ShopApi(this, 'ShopApi', { settings, functions: api });
    new Operations(this, 'Operations', { settings, log, shopApi, consumers: workers, api, jobs });
    const { stage, quickSight } = settings;
    if (quickSight !== undefined) {
      const { secretArn } = secrets.roles.bi;
      const dashboard = new QuickSightDashboard(this, 'QuickSight', { stage, settings: quickSight, secretArn });
      dashboard.node.addDependency(migrations);
    }
    new CfnOutput(this, 'ApiUrl', {
      value: shopApi.url,
      description: 'events are posted and recommendations asked here',
    });
  }
}
