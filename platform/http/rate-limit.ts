import type { Context, MiddlewareHandler } from 'hono';
import type { HttpVariables } from './app.ts';
import { networkOf } from './client-network.ts';
import { HttpProblem } from './problem.ts';

/** Requests a second that a key may send from one address in the long run, and how many at once. */
export type RateLimit = { perSecond: number; burst: number };

/** A browser sends a batch every second or so; an office behind one address has many browsers. */
export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 50, burst: 200 };

/** Erasures are done one at a time, each in a fraction of a second for most people. */
export const PEOPLE_RATE_LIMIT: RateLimit = { perSecond: 5, burst: 20 };

/** Buckets kept; beyond it the longest unused go, which can only be kind to them. */
const MAX_BUCKETS = 10_000;

/** Token buckets by name. `take` returns 0 when the request may pass, else the seconds to wait. */
export function createBuckets({ perSecond, burst }: RateLimit, now: () => number = Date.now) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(name: string): number {
      const at = now();
      const bucket = buckets.get(name) ?? { tokens: burst, at };
      const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
      buckets.delete(name);
      buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      const [oldest] = buckets.keys();
      if (buckets.size > MAX_BUCKETS && oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1 ? 0 : (1 - tokens) / perSecond;
    },
  };
}

/** Slows each down that `nameOf` names, by its name; who has none is let through. `what` is the word for them in the refusal. */
export function limitEach(
  what: string,
  limit: RateLimit,
  nameOf: (context: Context<HttpVariables>) => string | undefined,
): MiddlewareHandler<HttpVariables> {
  const buckets = createBuckets(limit);
  return async function limitEach(context, next) {
    const name = nameOf(context);
    const wait = name === undefined ? 0 : buckets.take(name);
    if (wait > 0)
      throw new HttpProblem(
        429,
        'rate_limited',
        `too many requests; allowed: ${limit.perSecond} a second for a ${what}`,
        {
          headers: { 'retry-after': String(Math.ceil(wait)) },
        },
      );
    await next();
  };
}

/** Slows publishable keys down, by key and address; secret keys belong to the shop's own servers. */
export function limitRate(limit: RateLimit, addressOf: (request: Request) => string): MiddlewareHandler<HttpVariables> {
  return limitEach('key and address', limit, (context) => {
    const { keyClass, keyId } = context.get('caller');
    return keyClass === 'pk' ? `${keyId} ${networkOf(addressOf(context.req.raw))}` : undefined;
  });
}
