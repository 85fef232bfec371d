import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { messageOf } from '../errors.ts';
import type { Caller } from './keys.ts';
import { HttpProblem } from './problem.ts';

/** What the steps before a handler leave for it. */
export type HttpVariables = { Variables: { caller: Caller } };
export type HttpApp = Hono<HttpVariables>;
export type ErrorLog = { error(message: string, fields: Record<string, unknown>): void };

/** An app whose every failure is a problem document and whose every unknown path is 404; nothing leaks a stack. */
export function createHttpApp(log: ErrorLog): HttpApp {
  const app: HttpApp = new Hono<HttpVariables>();
  app.use(secureHeaders());
  app.notFound(() => new HttpProblem(404, 'not_found', 'no such route; GET /openapi.json lists them').toResponse());
  app.onError((error) => {
    if (error instanceof HttpProblem) return error.toResponse();
    log.error('request failed', { error: messageOf(error) });
    return new HttpProblem(500, 'internal', 'the request failed; it is logged').toResponse();
  });
  return app;
}

/** Answers every other method on a path that exists. Register it after the path's handlers. */
export function refuseOtherMethods(app: HttpApp, path: string, allow: string): void {
  app.all(path, (context) => {
    throw new HttpProblem(405, 'method_not_allowed', `${context.req.method} is not allowed here; allowed: ${allow}`, {
      headers: { allow },
    });
  });
}
