import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import type { Target } from './target.ts';

const REQUEST_TIMEOUT_MS = 20_000;
/** A restart of the whole system takes seconds; what does not answer for two minutes is not coming back by itself. */
const GIVE_UP_AFTER_MS = 120_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const LONGEST_RETRY_AFTER_SECONDS = 60;

const rejectionSchema = z.object({ index: z.int(), code: z.string(), message: z.string() });
export type Rejection = z.output<typeof rejectionSchema>;
const verdictSchema = z.object({ accepted: z.int().default(0), rejected: z.array(rejectionSchema) });
/** What the API said of each event of a batch; `index` counts from 0 within the batch. */
export type Verdict = z.output<typeof verdictSchema>;

/** Thrown when a batch was not acknowledged within the time given; sending it again later is safe. */
export class NotAcknowledgedError extends BazaarError {
  constructor(message: string, options?: ErrorOptions) {
    super('log_unavailable', message, options);
  }
}

/**
 * Posts one batch of events (each already as JSON text) until the API gives its verdict. 429, 503, other 5xx and
 * network errors are tried again with growing pauses, or after what `Retry-After` asks for. Throws
 * `NotAcknowledgedError` after `giveUpAfterMs` (two minutes) without an answer, and `usage` when the key is refused.
 */
export async function postEvents(
  target: Target,
  events: readonly string[],
  options: { readonly giveUpAfterMs?: number; readonly signal?: AbortSignal; readonly sentAt?: string } = {},
): Promise<Verdict> {
  const sentAt = options.sentAt === undefined ? '' : `,"sent_at":${JSON.stringify(options.sentAt)}`;
  const body = `{"events":[${events.join(',')}]${sentAt}}`;
  const deadline = performance.now() + (options.giveUpAfterMs ?? GIVE_UP_AFTER_MS);
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
    const answer = await tryOnce(target, { body, count: events.length }, options.signal);
    if ('accepted' in answer) return answer;
    const pauseMs = answer.retryAfterMs ?? backoffMs * (0.5 + Math.random() / 2);
    if (options.signal?.aborted === true || performance.now() + pauseMs > deadline)
      throw new NotAcknowledgedError(`no acknowledgement: ${answer.reason}`);
    await sleep(pauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() => {});
  }
}

type Failure = { reason: string; retryAfterMs?: number };

async function tryOnce(
  target: Target,
  { body, count }: { body: string; count: number },
  stop?: AbortSignal,
): Promise<Verdict | Failure> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(`${target.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': target.key },
      body,
      signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]),
    });
    return readAnswer(response, await response.text(), count);
  } catch (error) {
    if (error instanceof BazaarError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    return { reason: `${messageOf(error)}${cause}` };
  }
}

function readAnswer(response: Response, text: string, count: number): Verdict | Failure {
  const { status } = response;
  if (status === 429 || status >= 500) return failureOf(response);
  const verdict = verdictSchema.safeParse(parseJson(text));
  if (verdict.success) return verdict.data;
  const detail = `${status} ${text.slice(0, 200)}`;
  if (status === 401 || status === 403 || status === 404)
    throw new BazaarError('usage', `the api refuses these requests: ${detail}`);
  const refused = (_: unknown, index: number): Rejection => ({ index, code: `http_${status}`, message: detail });
  if (status >= 400) return { accepted: 0, rejected: Array.from({ length: count }, refused) };
  return { reason: `answer is not a verdict: ${detail}` };
}

function failureOf(response: Response): Failure {
  const reason = `status ${response.status}`;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return { reason };
  return { reason, retryAfterMs: Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS) * 1000 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
