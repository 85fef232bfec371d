import { createConsumer } from '../../lambdas/consumer/create-consumer.ts';
import { cartEvents } from '../../lambdas/process-cart/projection.ts';
import { purchases } from '../../lambdas/process-purchase/projection.ts';
import { productViews } from '../../lambdas/process-view/projection.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Database } from '../../repositories/database.ts';
import type { DeliverySettings, TriggerLog } from '../trigger/deliver.ts';
import type { InvocationObserver } from '../trigger/observe.ts';
import type { LogSource } from '../trigger/source.ts';
import { startTrigger } from '../trigger/trigger.ts';

/** Feeds the production consumers. */
export async function runConsumers(options: {
  source: LogSource;
  brokers: string[];
  database: Database;
  log: TriggerLog;
  observe: InvocationObserver;
  settings?: Partial<DeliverySettings>;
}): Promise<{ stop(): Promise<void> }> {
  const { source, brokers, database, log, observe, settings = {} } = options;
  const ports = (name: string) => ({ database, log: createLogger(name), metrics: createMetrics(name) });
  return startTrigger({
    source,
    brokers,
    log,
    observe,
    settings,
    mappings: [
      {
        functionName: 'process-view',
        topic: productViews.topic,
        handler: createConsumer({ ...ports('process-view'), projection: productViews }),
      },
      {
        functionName: 'process-cart',
        topic: cartEvents.topic,
        handler: createConsumer({ ...ports('process-cart'), projection: cartEvents }),
      },
      {
        functionName: 'process-purchase',
        topic: purchases.topic,
        handler: createConsumer({ ...ports('process-purchase'), projection: purchases }),
      },
    ],
  });
}
