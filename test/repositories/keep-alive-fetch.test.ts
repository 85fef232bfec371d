import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { keepAliveFetch } from '../../repositories/keep-alive-fetch.ts';

/** What the server closes is known to the client after that. */
const SEEN_WITHIN_MS = 20;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void) {
  const sockets = new Set<unknown>();
  let requests = 0;
  server = createServer((request, response) => {
    sockets.add(request.socket);
    requests += 1;
    const nth = requests;
    request.resume().once('end', () => answer(request, response, nth));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const post = (signal?: AbortSignal) =>
    keepAliveFetch(`http://127.0.0.1:${port}/sql`, {
      ...{ method: 'POST', headers: { 'Neon-Array-Mode': 'true' }, body: '{"query":"select 1"}' },
      ...(signal && { signal }),
    });
  return { post, sockets };
}

test('sends over one connection what is asked one after the other', async () => {
  const { post, sockets } = await serve((_, response, nth) => response.end(JSON.stringify({ nth })));
  for (const nth of [1, 2, 3]) expect(await (await post()).json()).toEqual({ nth });
  expect(sockets.size).toBe(1);
});

test('opens another connection when the server has closed the one that was idle', async () => {
  const { post, sockets } = await serve((request, response) => {
    response.once('close', () => request.socket.destroy());
    response.end('{}');
  });
  for (let times = 0; times < 3; times += 1) {
    expect((await post()).ok).toBe(true);
    await sleep(SEEN_WITHIN_MS);
  }
  expect(sockets.size).toBe(3);
});

test('gives status and text of a refusal', async () => {
  const { post } = await serve((_, response) => response.writeHead(400).end('no'));
  const { ok, status, text } = await post();
  expect([ok, status, await text()]).toEqual([false, 400, 'no']);
});

test('rejects when the signal aborts, when the answer is cut and when nobody listens', async () => {
  const { post } = await serve((request, response, nth) => {
    if (nth === 1) return;
    response.writeHead(200, { 'content-length': 100 }).write('{');
    setImmediate(() => request.socket.destroy());
  });
  await expect(post(AbortSignal.timeout(20))).rejects.toThrow(/abort/i);
  await expect(post()).rejects.toThrow(/aborted|hang up|reset/i);
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await expect(post()).rejects.toThrow(/ECONNREFUSED/);
});
