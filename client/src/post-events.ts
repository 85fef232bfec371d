import type { Queued } from './event-queue.ts';
import { ask, type Server } from './server.ts';
import { LONGEST_RETRY_AFTER_MS, REQUEST_TIMEOUT_MS } from './waits.ts';

/** Why an event was refused. */
export type Refusal = { code: string; message: string; path: string };

/**
 * What came of one request. `verdicts`: of each event, by `refusalOf`. `halve`: something in it makes the whole unreadable or
 * too large. `later`: nobody has the events. `refused`: the key, the page's origin or the address is wrong, no event.
 */
export type Outcome = {
  kind: 'verdicts' | 'halve' | 'later' | 'refused';
  refusalOf?: (index: number) => Refusal | undefined;
  refusal?: Refusal;
  retryAfterMs?: number | undefined;
};

/** The body of a request. `sent_at` lets the server correct a clock that is off. */
export function batchBody(events: readonly Queued[]): string {
  return `{"events":[${events.map(({ json }) => json)}],"sent_at":"${new Date().toISOString()}"}`;
}

/** Posts once, within 15 s. Never rejects. `keepalive` lets the request outlive the page. */
export async function postEvents(server: Server, body: string, keepalive: boolean): Promise<Outcome> {
  const headers = { 'content-type': 'application/json' };
  try {
    return interpret(
      await ask(server, '/events', { method: 'POST', headers, body, keepalive, timeoutMs: REQUEST_TIMEOUT_MS }),
    );
  } catch {
    return { kind: 'later' };
  }
}

function interpret({ status, retryAfter, answer }: Awaited<ReturnType<typeof ask>>): Outcome {
  const { rejected, code, detail } = answer;
  const refusal = { code: String(code), message: `${status} ${detail}`, path: '' };
  if (Array.isArray(rejected) && status >= 202 && status <= 403) {
    const isWhole = status !== 202;
    const refusalOf = (index: number) =>
      rejected.find((verdict) => verdict.index === index) ?? (isWhole ? refusal : undefined);
    return { kind: 'verdicts', refusalOf };
  }
  if (status === 400 || status === 413) return { kind: 'halve', refusal };
  // 200 with something else is what a captive portal or a proxy says.
  const isRefused = status > 400 && status < 500 && status !== 429;
  return isRefused ? { kind: 'refused', refusal } : { kind: 'later', retryAfterMs: retryAfterMs(retryAfter) };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | null): number | undefined {
  const ms = Number(header) * 1_000 || Date.parse(header ?? '') - Date.now();
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined;
}
