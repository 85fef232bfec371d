import type { Context, MiddlewareHandler } from 'hono';
import type { HttpVariables } from './app.ts';
import type { CallerOf } from './caller.ts';
import type { Caller, KeyClass } from './keys.ts';
import { HttpProblem } from './problem.ts';

/**
 * Lets the given classes of keys through, and tells the handler who calls. 401 without a known key, 403 for another class.
 *
 * @param places how a key may be sent, in words.
 */
export function requireKey(
  callerOf: CallerOf,
  allowed: readonly KeyClass[],
  places = 'as x-api-key or as a bearer token',
): MiddlewareHandler<HttpVariables> {
  return async function requireKey(context, next) {
    const caller = callerOf(context);
    if (caller.keyClass === 'none')
      throw new HttpProblem(401, 'unauthenticated', `a valid key is required, ${places}`, {
        headers: { 'www-authenticate': 'Bearer' },
      });
    if (!allowed.includes(caller.keyClass))
      throw new HttpProblem(
        403,
        'forbidden_for_key',
        `${caller.keyClass}_ keys may not do this; allowed: ${allowed.map((name) => `${name}_`).join(', ')}`,
      );
    checkOrigin(context, caller);
    context.set('caller', caller);
    await next();
    allowOrigin(context, caller);
  };
}

/** A page names its origin: it must be pinned for the key. Who names none is no page and is served. */
function checkOrigin(context: Context, caller: Caller): void {
  const origin = context.req.header('origin');
  if (origin === undefined || isPinned(origin, caller)) return;
  throw new HttpProblem(403, 'forbidden_origin', 'this origin is not allowed for this key');
}

function isPinned(origin: string, caller: Caller): boolean {
  return caller.keyClass === 'pk' && caller.origins.includes(origin);
}

function allowOrigin(context: Context, caller: Caller): void {
  context.header('vary', 'origin');
  const origin = context.req.header('origin');
  if (origin === undefined || !isPinned(origin, caller)) return;
  context.header('access-control-allow-origin', origin);
  context.header('access-control-expose-headers', 'retry-after');
}

/**
 * Answers preflights. They carry no key, so that any origin pinned for some key may ask; the request itself is checked
 * against its own key. No credentials: keys travel in a header, cookies are not used.
 */
export function answerPreflight(pinnedOrigins: ReadonlySet<string>, methods: string): MiddlewareHandler {
  return async function answerPreflight(context) {
    const origin = context.req.header('origin');
    if (origin === undefined || !pinnedOrigins.has(origin))
      throw new HttpProblem(403, 'forbidden_origin', 'this origin is not allowed');
    return context.body(null, 204, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'content-type, content-encoding, x-api-key, authorization, x-user-token',
      'access-control-max-age': '600',
      vary: 'origin',
    });
  };
}
