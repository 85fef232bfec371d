import { Kafka, logLevel } from 'kafkajs';
import * as z from 'zod';
import { importRival } from '../engines/npm-rivals.ts';

/** As much of Fastify as the naive form uses. */
type Injected = { statusCode: number; headers: Record<string, unknown>; body: string };
export type NaiveApp = {
  post(path: string, handler: (request: { body: unknown }, reply: Reply) => Promise<object>): void;
  listen(options: { port: number; host: string }): Promise<string>;
  inject(request: { method: string; url: string; headers: Record<string, string>; payload: string }): Promise<Injected>;
  server: { address(): unknown };
};
type Reply = { code(status: number): Reply };
type FastifyModule = { fastify(options: { bodyLimit: number }): NaiveApp };

const BODY_LIMIT_BYTES = 1024 * 1024;

const base = {
  event_id: z.uuid(),
  occurred_at: z.iso.datetime({ offset: true }),
  user_id: z.string(),
  session_id: z.string(),
  context: z.object({ page_url: z.url(), user_agent: z.string(), locale: z.string() }).optional(),
};
const price = { unit_price: z.number().nonnegative(), currency: z.string().length(3) };
const events = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('product_view'),
    ...base,
    ...price,
    product_id: z.string(),
    name: z.string().optional(),
    category: z.string().optional(),
  }),
  z.object({ type: z.literal('add_to_cart'), ...base, ...price, product_id: z.string(), quantity: z.int().min(1) }),
  z.object({
    type: z.literal('purchase'),
    ...base,
    order_id: z.string(),
    currency: z.string().length(3),
    items: z.array(z.object({ product_id: z.string(), quantity: z.int().min(1), unit_price: z.number() })),
  }),
]);
const body = z.object({ events: z.array(events).min(1).max(500) });
const topicOf = { product_view: 'product_views', add_to_cart: 'cart_events', purchase: 'purchases' } as const;

/**
 * What one writes first: Fastify, a schema for the whole body, and one `send` for each topic, all at once. No keys of
 * records, no verdicts, no bounds beside the body's, no recovery beside what kafkajs does itself.
 */
export async function createNaiveApp(brokers: string[]): Promise<NaiveApp> {
  const producer = new Kafka({ brokers, clientId: 'naive', logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const { fastify } = (await importRival('fastify')) as FastifyModule;
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES });
  app.post('/events', async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) {
      reply.code(400);
      return { error: parsed.error.issues };
    }
    const byTopic = Map.groupBy(parsed.data.events, ({ type }) => topicOf[type]);
    await Promise.all(
      [...byTopic].map(([topic, of]) =>
        producer.send({ topic, acks: -1, messages: of.map((event) => ({ value: JSON.stringify(event) })) }),
      ),
    );
    reply.code(202);
    return { accepted: parsed.data.events.length };
  });
  return app;
}
