import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { ShopApi } from '../api/shop-api.ts';
import type { ApiFunctions } from '../functions/api-functions.ts';
import type { ScheduledJobs } from '../functions/scheduled-jobs.ts';
import type { TopicConsumer } from '../functions/topic-consumer.ts';
import type { EventLog } from '../log/event-log.ts';
import { alarmList } from './alarm-list.ts';
import { Alarms } from './alarms.ts';
import { OperationsDashboard } from './dashboard.ts';
import { StageMetrics } from './stage-metrics.ts';

export type OperationsProps = {
  settings: StageSettings;
  log: EventLog;
  shopApi: ShopApi;
  consumers: readonly TopicConsumer[];
  api: ApiFunctions;
  jobs: ScheduledJobs;
};

/** What people look at: alarms that ring, and a dashboard for when they do. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { settings, log, shopApi, consumers, api, jobs }: OperationsProps) {
    super(scope, id);
    const metrics = new StageMetrics({
      settings,
      log,
      apiId: shopApi.api.apiId,
      consumers: consumers.map(({ name }) => name),
    });
    const scheduled = { maintain: jobs.maintain, 'replay-failed-batches': jobs.replay, train: jobs.train };
    const functions = {
      ...Object.fromEntries(consumers.map(({ name, function: target }) => [name, target])),
      ingestion: api.ingestion,
      recommend: api.recommend,
      catalogue: api.catalogue,
      people: api.people,
      authorize: api.authorizer,
      ...scheduled,
    };
    new OperationsDashboard(this, 'Dashboard', { settings, metrics, functions });
    new Alarms(this, 'Alarms', { settings, list: alarmList(metrics, { authorizer: api.authorizer, scheduled }) });
  }
}
