import type { TriggerLog } from '../trigger/deliver.ts';
import type { LogSource } from '../trigger/source.ts';
import { startTrigger } from '../trigger/trigger.ts';

/** Feeds the production handlers. They are loaded here, because they read their settings as they load. */
export async function runConsumers(
  source: LogSource,
  brokers: string[],
  log: TriggerLog,
): Promise<{ stop(): Promise<void> }> {
  const [view, cart, purchase] = await Promise.all([
    import('../../lambdas/process-view/handler.ts'),
    import('../../lambdas/process-cart/handler.ts'),
    import('../../lambdas/process-purchase/handler.ts'),
  ]);
  return startTrigger({
    source,
    brokers,
    log,
    mappings: [
      { functionName: 'process-view', topic: 'product_views', handler: view.handler },
      { functionName: 'process-cart', topic: 'cart_events', handler: cart.handler },
      { functionName: 'process-purchase', topic: 'purchases', handler: purchase.handler },
    ],
  });
}
