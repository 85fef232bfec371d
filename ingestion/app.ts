import * as z from 'zod';
import { instant } from '../events/fields.ts';
import { MAX_EVENTS_PER_BATCH } from '../events/limits.ts';
import { LogUnavailableError } from '../platform/errors.ts';
import { answerPreflight, requireKey } from '../platform/http/access.ts';
import { createHttpApp, type ErrorLog, type HttpApp, refuseOtherMethods } from '../platform/http/app.ts';
import type { CallerOf } from '../platform/http/caller.ts';
import { shorten } from '../platform/http/field-problem.ts';
import { addHealthRoute, type HealthCheck } from '../platform/http/health.ts';
import type { Caller } from '../platform/http/keys.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import { DEFAULT_RATE_LIMIT, limitRate, type RateLimit } from '../platform/http/rate-limit.ts';
import type { RecordMetrics } from '../platform/metrics.ts';
import { type AcceptedBatch, acceptBatch } from './accept-batch.ts';
import type { EventPublisher } from './publisher.ts';
import { readJsonBody } from './read-body.ts';

export type IngestionSettings = {
  /** Origins pinned for any key: who may send a preflight. */
  pinnedOrigins: ReadonlySet<string>;
  rateLimit?: RateLimit;
  /** Stores purchases under a publishable key as untrusted, instead of refusing them. */
  allowUntrustedPurchases?: boolean;
  /** Addresses whose events are stored and left out of every aggregate. */
  internalAddresses?: ReadonlySet<string>;
};

export type IngestionOptions = {
  publisher: EventPublisher;
  callerOf: CallerOf;
  settings: IngestionSettings;
  log: ErrorLog;
  metrics: RecordMetrics;
  /** The client's address as the server sees it. */
  addressOf: (request: Request) => string;
  /** The API document that `GET /openapi.json` serves. */
  document: unknown;
  /** The parts behind this function, for `GET /health`. */
  checks?: Readonly<Record<string, HealthCheck>>;
  now?: () => Date;
};

/** Wait for the log's leader election and the publisher's next client, then try again. */
const RETRY_AFTER_SECONDS = 5;

/** `POST /events`: validates, publishes, and says of each event what became of it. 202 only for what is in the log. */
export function createIngestionApp(options: IngestionOptions): HttpApp {
  const { callerOf, settings, log, addressOf, document } = options;
  const app = createHttpApp(log);
  app.options('/events', answerPreflight(settings.pinnedOrigins, 'POST'));
  app.post(
    '/events',
    requireKey(callerOf, ['pk', 'sk']),
    limitRate(settings.rateLimit ?? DEFAULT_RATE_LIMIT, addressOf),
    async (context) => {
      const batch = await receive(context.req.raw, context.get('caller'), options);
      return context.json({ accepted: batch.records.length, rejected: batch.rejected }, 202);
    },
  );
  refuseOtherMethods(app, '/events', 'POST, OPTIONS');
  addHealthRoute(app, '/health', options.checks ?? {});
  refuseOtherMethods(app, '/health', 'GET');
  app.get('/openapi.json', (context) => context.json(document as Record<string, unknown>));
  refuseOtherMethods(app, '/openapi.json', 'GET');
  return app;
}

async function receive(request: Request, caller: Caller, options: IngestionOptions): Promise<AcceptedBatch> {
  const { publisher, settings, log, metrics, addressOf, now = () => new Date() } = options;
  const { values, sentAt } = splitBatch(await readJsonBody(request));
  const batch = acceptBatch(values, {
    caller,
    receivedAt: now(),
    sentAt,
    visitorAgent: request.headers.has('origin') ? (request.headers.get('user-agent') ?? undefined) : undefined,
    isInternal: settings.internalAddresses?.has(addressOf(request)) ?? false,
    allowUntrustedPurchases: settings.allowUntrustedPurchases ?? false,
  });
  const counts = { events_accepted: batch.records.length, events_rejected: batch.rejected.length };
  metrics(counts);
  if (batch.records.length === 0) throw refusal(batch);
  try {
    await publisher.publish(batch.records);
  } catch (error) {
    if (!(error instanceof LogUnavailableError)) throw error;
    log.error('the log did not acknowledge', { error: error.message });
    throw new HttpProblem(503, 'log_unavailable', 'the log did not acknowledge; nothing is accepted, send it again', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  metrics({ events_published: batch.records.length });
  return batch;
}

const batchSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(MAX_EVENTS_PER_BATCH),
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

/** None is acceptable: the sender must do something else, so it is no success. */
function refusal({ rejected }: AcceptedBatch): HttpProblem {
  const forbidden = rejected.every(({ code }) => code === 'forbidden_for_key');
  const members = { accepted: 0, rejected };
  if (forbidden) return new HttpProblem(403, 'forbidden_for_key', 'these events need a secret key', { members });
  return new HttpProblem(400, 'no_event_accepted', 'no event was acceptable; see rejected', { members });
}
