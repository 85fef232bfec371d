import { LogUnavailableError } from '../platform/errors.ts';
import type { ErrorLog } from '../platform/http/app.ts';
import type { Caller } from '../platform/http/keys.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import type { RecordMetrics } from '../platform/metrics.ts';
import { type AcceptedBatch, acceptBatch, type Submission } from './accept-batch.ts';
import type { EventPublisher } from './publisher.ts';
import type { Verdict } from './verdict.ts';

export type ReceiverOptions = {
  publisher: EventPublisher;
  settings: {
    /** Stores purchases under a publishable key as untrusted, instead of refusing them. */
    allowUntrustedPurchases?: boolean;
    /** Addresses whose events are stored and left out of every aggregate. */
    internalAddresses?: ReadonlySet<string>;
  };
  log: ErrorLog;
  metrics: RecordMetrics;
  /** The client's address as the server sees it. */
  addressOf: (request: Request) => string;
  now?: () => Date;
};

/** Takes what a request submits, in whatever shape it came: what is acceptable is in the log when it resolves. */
export type Receive = (
  request: Request,
  caller: Caller,
  submissions: readonly Submission[],
  /** Entries that became no submission: they are counted with the rest. */
  beside?: { ignored: number; refused: number },
) => Promise<AcceptedBatch>;

/** Wait for the log's leader election and the publisher's next client, then try again. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The one way in for events of every route: validates, counts, publishes.
 *
 * @throws HttpProblem 503 when the log does not acknowledge.
 */
export function createReceiver(options: ReceiverOptions): Receive {
  const { publisher, settings, log, metrics, addressOf, now = () => new Date() } = options;
  return async (request, caller, submissions, beside = { ignored: 0, refused: 0 }) => {
    const batch = acceptBatch(submissions, {
      caller,
      receivedAt: now(),
      visitorAgent: request.headers.has('origin') ? (request.headers.get('user-agent') ?? undefined) : undefined,
      isInternal: settings.internalAddresses?.has(addressOf(request)) ?? false,
      allowUntrustedPurchases: settings.allowUntrustedPurchases ?? false,
    });
    const { records, rejected } = batch;
    const ignored = beside.ignored === 0 ? {} : { events_ignored: beside.ignored };
    const counts = { events_accepted: records.length, events_rejected: rejected.length + beside.refused, ...ignored };
    try {
      if (records.length > 0) await publisher.publish(records);
    } catch (error) {
      metrics(counts);
      if (!(error instanceof LogUnavailableError)) throw error;
      log.error('the log did not acknowledge', { error: error.message });
      throw new HttpProblem(503, 'log_unavailable', 'the log did not acknowledge; nothing is accepted, send it again', {
        headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      });
    }
    // Once for each request: a line of the log costs more than all that is counted in it.
    metrics(records.length === 0 ? counts : { ...counts, events_published: records.length });
    return batch;
  };
}

/** None is acceptable: the sender must do something else, so it is no success. `members` go with the problem. */
export function refusal(rejected: readonly Verdict[], members: Readonly<Record<string, unknown>> = {}): HttpProblem {
  const forbidden = rejected.every(({ code }) => code === 'forbidden_for_key');
  const extensions = { members: { accepted: 0, rejected, ...members } };
  if (forbidden) return new HttpProblem(403, 'forbidden_for_key', 'these events need a secret key', extensions);
  return new HttpProblem(400, 'no_event_accepted', 'no event was acceptable; see rejected', extensions);
}
