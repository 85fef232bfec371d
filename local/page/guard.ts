import type { MiddlewareHandler } from 'hono';

/**
 * The page is for who sits at this machine: it acts with a secret key. Another site in the same browser can send requests
 * here, and can have its name point here (DNS rebinding); neither passes.
 */
export function ownPageOnly(origins: readonly string[]): MiddlewareHandler {
  const hosts = new Set(origins.map((origin) => new URL(origin).host));
  return async function ownPageOnly(context, next) {
    const { headers, method, url } = context.req.raw;
    const origin = headers.get('origin');
    const isForeign = !hosts.has(new URL(url).host) || (origin !== null && !origins.includes(origin));
    if (isForeign) return context.json({ detail: `open the page at ${origins.join(' or ')}` }, 403);
    if (method !== 'GET' && !headers.get('content-type')?.startsWith('application/json'))
      return context.json({ detail: 'content-type must be application/json' }, 415);
    return next();
  };
}
