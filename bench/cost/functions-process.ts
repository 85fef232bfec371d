import pg from 'pg';
import * as z from 'zod';
import { createConsumer } from '../../lambdas/consumer/create-consumer.ts';
import { cartEvents } from '../../lambdas/process-cart/projection.ts';
import { purchases } from '../../lambdas/process-purchase/projection.ts';
import { productViews } from '../../lambdas/process-view/projection.ts';
import { useNeonEndpoint } from '../../local/neon/endpoint.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { createMeter } from './metered-call.ts';
import { createAsking } from './recommend-function.ts';
import { openShop, type Shop } from './shop-windows.ts';

/**
 * The functions in one process, invoked as Lambda does: `functions-process.ts SETTINGS` (JSON), then one message for each of
 * the requests below, answered with what each invocation took.
 */
const settings = z
  .object({
    ...{ fetchEndpoint: z.string(), writerUrl: z.string(), readerUrl: z.string(), adminUrl: z.string() },
    events: z.int(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const requestSchema = z.discriminatedUnion('does', [
  z.object({ does: z.literal('write'), windows: z.int(), eventsPerWindow: z.int() }),
  z.object({ does: z.literal('recommend'), requests: z.int() }),
]);
export type FunctionRequest = z.input<typeof requestSchema>;

useNeonEndpoint(settings);
const admin = new pg.Client({ connectionString: settings.adminUrl });
await admin.connect();
const neonPort = Number(new URL(settings.fetchEndpoint).port);
const meters = {
  write: createMeter(admin, 'bazaar_writer', neonPort),
  recommend: createMeter(admin, 'bazaar_reader', neonPort),
};
const database = createNeonDatabase(settings.writerUrl);
const ports = (name: string) => ({ database, log: createLogger(name), metrics: createMetrics(name) });
const consumers = {
  product_views: createConsumer({ ...ports('process-view'), projection: productViews }),
  cart_events: createConsumer({ ...ports('process-cart'), projection: cartEvents }),
  purchases: createConsumer({ ...ports('process-purchase'), projection: purchases }),
};
const ask = createAsking(settings.readerUrl);
let opened: Shop | undefined;
/** Takes long, so that it waits for the first request. */
const shop = () => (opened ??= openShop(settings.events));

async function write(windows: number, eventsPerWindow: number) {
  const calls = [];
  for (let nth = 0; nth < windows; nth += 1)
    for (const { topic, events, text } of shop().nextWindow(eventsPerWindow)) {
      const call = await meters.write.measure(() => consumers[topic](JSON.parse(text)));
      calls.push({ topic, events, ...call });
    }
  return calls;
}

async function recommend(requests: number) {
  const seen = shop().seenLately();
  const calls = [];
  for (let nth = 0; nth < requests; nth += 1)
    calls.push(await meters.recommend.measure(() => ask(nth, seen[(nth * 7919) % seen.length])));
  return calls;
}

process.on('message', (message) => {
  const request = requestSchema.parse(message);
  void meters[request.does]
    .findBackends()
    .then(() =>
      request.does === 'write' ? write(request.windows, request.eventsPerWindow) : recommend(request.requests),
    )
    .then((calls) => process.send?.(calls));
});
// Requests are all that it lives for.
process.channel?.ref();
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');
