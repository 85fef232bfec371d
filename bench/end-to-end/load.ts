import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeepAliveClient } from '../http/keep-alive-client.ts';

const VISITORS = 5_000;
const PRODUCTS = 2_000;
const POSTS_PER_SECOND = 100;

/** The currency of every order of the load. */
export const SHOP_CURRENCY = 'EUR';

/** A product that many visitors of the load view. */
export const knownProduct = () => `product-${Math.floor(Math.random() * PRODUCTS)}`;

/** What a shop sends: of a hundred events eight are adds to carts, two orders, the rest views; products of one group go together. */
function event(n: number): object {
  const visitor = Math.floor(Math.random() * VISITORS);
  const product_id = `product-${(visitor * 7 + Math.floor(20 * Math.random() ** 2)) % PRODUCTS}`;
  const who = { user_id: `visitor-${visitor}`, session_id: `session-${visitor}` };
  if (n % 50 === 49)
    return {
      ...{ type: 'purchase', ...who, order_id: randomUUID(), currency: SHOP_CURRENCY },
      items: [{ product_id, quantity: 1, unit_price: '5' }],
    };
  return n % 12 === 11
    ? { type: 'add_to_cart', ...who, product_id, quantity: 1 }
    : { type: 'product_view', ...who, product_id };
}

export type Load = { sent: number; failures: string[] };

/** Sends so many events a second at even distances, in a hundred bodies or fewer, however long each takes; resolves when all are answered. */
export async function sendLoad(client: KeepAliveClient, eventsPerSecond: number, seconds: number): Promise<Load> {
  const postsPerSecond = Math.min(POSTS_PER_SECOND, eventsPerSecond);
  const eventsPerPost = eventsPerSecond / postsPerSecond;
  const load: Load = { sent: 0, failures: [] };
  const posts: Promise<void>[] = [];
  const begin = performance.now();
  for (let n = 0; n < postsPerSecond * seconds; n += 1) {
    const due = begin + (n * 1000) / postsPerSecond - performance.now();
    if (due > 0) await sleep(due);
    const events = Array.from({ length: eventsPerPost }, (_, e) => event(n * eventsPerPost + e));
    posts.push(post(client, events, load));
  }
  await Promise.all(posts);
  return load;
}

async function post(client: KeepAliveClient, events: readonly object[], load: Load): Promise<void> {
  try {
    const { status, text } = await client.send('POST', '/events', JSON.stringify({ events }));
    if (status !== 202) throw new Error(`the API answered ${status}: ${text}`);
    load.sent += events.length;
  } catch (error) {
    load.failures.push(String(error));
  }
}
