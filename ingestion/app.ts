import * as z from 'zod';
import { instant, ofList } from '../events/fields.ts';
import { MAX_EVENTS_PER_BATCH } from '../events/limits.ts';
import { answerPreflight, requireKey } from '../platform/http/access.ts';
import { createHttpApp, type HttpApp, refuseOtherMethods } from '../platform/http/app.ts';
import type { CallerOf } from '../platform/http/caller.ts';
import { shorten } from '../platform/http/field-problem.ts';
import { addHealthRoute, type HealthCheck } from '../platform/http/health.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import { DEFAULT_RATE_LIMIT, limitRate, type RateLimit } from '../platform/http/rate-limit.ts';
import { addDialectRoutes, type DialectLog } from './dialects/routes.ts';
import { readJsonBody } from './read-body.ts';
import { createReceiver, type ReceiverOptions, refusal } from './receive.ts';

export type IngestionSettings = ReceiverOptions['settings'] & {
  /** Origins pinned for any key: who may send a preflight. */
  pinnedOrigins: ReadonlySet<string>;
  rateLimit?: RateLimit;
  /** By source: the currency of prices that come without one, from senders whose protocol lets them. None when absent. */
  defaultCurrencies?: Readonly<Record<string, string>>;
};

export type IngestionOptions = Omit<ReceiverOptions, 'settings' | 'log'> & {
  callerOf: CallerOf;
  settings: IngestionSettings;
  log: DialectLog;
  /** The API document that `GET /openapi.json` serves. */
  document: unknown;
  /** The parts behind this function, for `GET /health`. */
  checks?: Readonly<Record<string, HealthCheck>>;
};

/**
 * `POST /events` and its dialects: validates, publishes, and says of each event what became of it. A success only for
 * what is in the log.
 */
export function createIngestionApp(options: IngestionOptions): HttpApp {
  const { callerOf, settings, log, addressOf, document } = options;
  const app = createHttpApp(log);
  const receive = createReceiver(options);
  // One for all routes: a key has no more requests for having more routes.
  const rateLimit = limitRate(settings.rateLimit ?? DEFAULT_RATE_LIMIT, addressOf);
  app.options('/events', answerPreflight(settings.pinnedOrigins, 'POST'));
  app.post('/events', requireKey(callerOf, ['pk', 'sk']), rateLimit, async (context) => {
    const { values, sentAt } = splitBatch(await readJsonBody(context.req.raw));
    const submissions = values.map((value) => ({ value, sentAt }));
    const batch = await receive(context.req.raw, context.get('caller'), submissions);
    if (batch.records.length === 0) throw refusal(batch.rejected);
    return context.json({ accepted: batch.records.length, rejected: batch.rejected }, 202);
  });
  refuseOtherMethods(app, '/events', 'POST, OPTIONS');
  addDialectRoutes(app, { receive, rateLimit, callerOf, settings, log });
  addHealthRoute(app, '/health', options.checks ?? {});
  refuseOtherMethods(app, '/health', 'GET');
  app.get('/openapi.json', (context) => context.json(document as Record<string, unknown>));
  refuseOtherMethods(app, '/openapi.json', 'GET');
  return app;
}

const batchSchema = z.strictObject({
  events: z.array(z.unknown()).min(1, ofList).max(MAX_EVENTS_PER_BATCH, ofList),
  sent_at: instant.optional(),
});

/** One event, or `{"events": […], "sent_at": …}`. */
function splitBatch(body: unknown): { values: unknown[]; sentAt: string | undefined } {
  if (typeof body !== 'object' || body === null || !('events' in body)) return { values: [body], sentAt: undefined };
  const parsed = batchSchema.safeParse(body);
  if (parsed.success) return { values: parsed.data.events, sentAt: parsed.data.sent_at };
  throw new HttpProblem(
    400,
    'invalid_request',
    `${describeBatchIssue(body, parsed.error.issues[0])}; allowed: {"events": [1 to ${MAX_EVENTS_PER_BATCH} events], "sent_at": ISO 8601 with zone}`,
  );
}

function describeBatchIssue(body: object, issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return `unknown field ${JSON.stringify(shorten(issue.keys[0] ?? ''))}`;
  const path = issue?.path.map(String).join('.');
  if (path === 'events' && 'events' in body && Array.isArray(body.events)) return `got ${body.events.length} events`;
  return `${path} is not valid`;
}
