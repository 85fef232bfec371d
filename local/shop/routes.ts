import { randomInt, randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { sign } from 'hono/jwt';
import * as z from 'zod';
import { id } from '../../events/fields.ts';
import { createBuckets } from '../../platform/http/rate-limit.ts';
import type { UserTokenVerifier } from '../../platform/http/user-token.ts';
import { OrderBook, orderSchema } from './orders.ts';
import { shopCurrencies, shopProduct, windowProducts } from './products.ts';

export type ShopPorts = {
  /** For the browser; it is no secret. */
  publishableKey: string;
  /** The shop vouches with it for who has logged in. */
  signingSecret: string;
  userTokens: UserTokenVerifier;
  /** Sends an event to the public API under the shop's secret key. Rejects when the API does not accept it. */
  send(event: object): Promise<void>;
  /** Puts a record into the log past the API, as another program might. */
  putRecord(value: string): Promise<void>;
  /** What the system knows of products that are not the shop's. */
  knownProducts(
    ids: readonly string[],
  ): Promise<{ product_id: string; name: string | null; category: string | null }[]>;
};

const TOKEN_SECONDS = 1_800;
const MAX_PRODUCTS_ASKED = 50;
/** Nobody clicks faster for long. */
const POST_RATE = { perSecond: 5, burst: 20 };

const nameSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N} ._-]{1,40}$/u, 'must have 1 to 40 letters, digits, blanks, dots, - or _'),
});

/** The server of the demo shop, under `/shop`: what a shop has besides the page that its visitors see. */
export function createShopApp(ports: ShopPorts): Hono {
  const app = new Hono();
  const orders = new OrderBook();
  const buckets = createBuckets(POST_RATE);
  app.use(async (context, next) => {
    if (context.req.method === 'POST' && buckets.take('shop') > 0) return problem(context, 429, 'too many requests');
    return next();
  });
  app.get('/window', (context) =>
    context.json({ key: ports.publishableKey, currencies: shopCurrencies, products: windowProducts() }),
  );
  app.get('/products', (context) => answerProducts(context, ports));
  app.post('/login', (context) => logIn(context, ports));
  app.post('/orders', (context) => buy(context, orders, ports));
  app.post('/orders/:orderId/refund', (context) =>
    report(context, ports, async () => orders.refund(context.req.param('orderId'))),
  );
  app.post('/poison', async (context) => {
    await ports.putRecord(poison());
    return context.json({}, 202);
  });
  return app;
}

async function answerProducts(context: Context, { knownProducts }: ShopPorts) {
  const ids = z
    .array(id)
    .max(MAX_PRODUCTS_ASKED)
    .safeParse(context.req.queries('id') ?? []);
  if (!ids.success) return problem(context, 400, `id: at most ${MAX_PRODUCTS_ASKED}, each of 1 to 200 characters`);
  const ours = ids.data.map(shopProduct).filter((product) => product !== undefined);
  const others = ids.data.filter((productId) => shopProduct(productId) === undefined);
  const known = others.length === 0 ? [] : await knownProducts(others).catch(() => []);
  return context.json({ products: [...ours, ...known] });
}

async function logIn(context: Context, { signingSecret }: ShopPorts) {
  const parsed = nameSchema.safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) return problem(context, 400, `name: ${parsed.error.issues[0]?.message}`);
  const user_id = `demo-${parsed.data.name.toLowerCase().replaceAll(/[ .]+/g, '-')}`;
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  return context.json({ user_id, name: parsed.data.name, token: await sign({ sub: user_id, exp }, signingSecret) });
}

async function buy(context: Context, orders: OrderBook, ports: ShopPorts) {
  const parsed = orderSchema.safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) return problem(context, 400, z.prettifyError(parsed.error));
  const { user_id } = parsed.data;
  if (user_id !== undefined && !(await ports.userTokens.vouches(context.req.header('x-user-token'), user_id)))
    return problem(context, 403, 'log in again: the shop does not know who you are any more');
  return report(context, ports, async () => orders.buy(parsed.data));
}

/** Sends what the shop's server has to say and answers with it. */
async function report(context: Context, { send }: ShopPorts, make: () => Promise<{ event_id: string }>) {
  try {
    const event = await make();
    await send(event);
    return context.json({ event }, 202);
  } catch (error) {
    if (error instanceof RangeError) return problem(context, 404, error.message);
    return problem(context, 503, 'the event was not accepted; try again');
  }
}

function problem(context: Context, status: 400 | 403 | 404 | 429 | 503, detail: string) {
  return context.json({ detail }, status);
}

/** A record that no consumer can store, of one kind or another. */
function poison(): string {
  const now = new Date().toISOString();
  const sound = { event_id: randomUUID(), occurred_at: now, received_at: now, user_id: 'somebody', product_id: 'p-1' };
  const kinds = [
    `{"type":"product_view","user_id":"somebody","product_id":`,
    JSON.stringify({ type: 'product_view', ...sound, unit_price: 'cheap', currency: 'EUR' }),
    JSON.stringify({ type: 'add_to_cart', ...sound, quantity: 1 }),
  ];
  return kinds[randomInt(kinds.length)] ?? '';
}
