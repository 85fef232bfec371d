import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventSchema, type ShopEvent } from '../../events/event.ts';
import { MAX_BODY_BYTES, MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';

/** An API of the contract's own schemas over HTTP that keeps what it accepts; `failures` are answered first. */
export async function startContractServer(failures: { status: number; headers?: Record<string, string> }[] = []) {
  const accepted: ShopEvent[] = [];
  const requests: { count: number; key: string | undefined; atMs: number }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as { events: unknown[] };
    const key = request.headers['x-api-key'];
    requests.push({ count: body.events.length, key: String(key), atMs: performance.now() });
    const failure = failures.shift();
    if (failure !== undefined) return response.writeHead(failure.status, failure.headers).end();
    if (body.events.length > MAX_EVENTS_PER_BATCH || Number(request.headers['content-length']) > MAX_BODY_BYTES)
      return response.writeHead(413).end();
    const verdict = judge(body.events, accepted);
    response.writeHead(verdict.accepted > 0 ? 202 : 400, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(verdict));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, accepted, requests, failures, close };
}

function judge(events: unknown[], accepted: ShopEvent[]) {
  const rejected: { index: number; code: string; message: string }[] = [];
  events.forEach((event, index) => {
    const parsed = eventSchema.safeParse(event);
    if (parsed.success) accepted.push(parsed.data);
    else rejected.push({ index, code: 'invalid', message: parsed.error.issues[0]?.message ?? '' });
  });
  return { accepted: events.length - rejected.length, rejected };
}
