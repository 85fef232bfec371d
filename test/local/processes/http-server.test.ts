import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ServerType } from '@hono/node-server';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { closeServer, listen } from '../../../local/processes/http-server.ts';
import { aView, eventsApi } from '../../ingestion/events-api.ts';

const { app, publisher, faults } = eventsApi();
const LIMITS = { headersMs: 300, requestMs: 600, checkEveryMs: 50, connections: 40 };
const BODY = JSON.stringify(aView());
let server: ServerType;
let port: number;

beforeAll(async () => {
  server = await listen((request) => app.fetch(request), 0, LIMITS);
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => closeServer(server));

const HEAD = `POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-api-key: sk_server\r\n`;

type Sender = { socket: Socket; received: () => string; closed: Promise<unknown> };

/** Sends the first text at once, and of the second one byte at a time, over and over, as long as it is let. */
function sendSlowly(first: string, rest: string, everyMs = 20): Sender {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let sent = 0;
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (received += String(bytes)));
  socket.write(first);
  const timer = setInterval(() => socket.write(rest.charAt(sent++ % rest.length)), everyMs);
  const closed = new Promise((resolve) => socket.once('close', resolve)).finally(() => clearInterval(timer));
  onTestFinished(() => void socket.destroy());
  return { socket, received: () => received, closed };
}

async function expectService(): Promise<void> {
  publisher.records.length = 0;
  const headers = { 'content-type': 'application/json', 'x-api-key': 'sk_server' };
  const answer = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', headers, body: BODY });
  expect([answer.status, publisher.records.length]).toEqual([202, 1]);
}

test.each([
  ['a request line that never ends', 'POST /', 'x'],
  ['headers that never end', `${HEAD}x-filler: `, 'x'],
  ['a body that never ends', `${HEAD}content-length: 1000000\r\n\r\n`, 'x'],
  ['chunks that never end', `${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
])('ends the connection of who sends %s, and serves the others meanwhile', async (_, first, rest) => {
  const senders = Array.from({ length: 20 }, () => sendSlowly(first, rest));
  await expectService();
  await Promise.all(senders.map(({ closed }) => closed));
  // Who goes on sending may lose the answer: the connection is gone under what it still sends.
  for (const { received } of senders) expect(received()).toMatch(/^(HTTP\/1.1 408 |$)/);
  expect([publisher.records.length, faults]).toEqual([1, []]);
  await expectService();
});

test('serves a request that takes its time within the limits', async () => {
  publisher.records.length = 0;
  const { socket, received } = sendSlowly(
    `${HEAD}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`,
    BODY,
    2,
  );
  await once(socket, 'end');
  expect(received()).toMatch(/^HTTP\/1.1 202 /);
});

test('holds no more connections than it may, and takes the next when one has gone', async () => {
  const senders = Array.from({ length: LIMITS.connections + 10 }, () => sendSlowly('POST', ' ', 10_000));
  await Promise.all(senders.map(({ closed }) => closed));
  const held = senders.filter(({ received }) => received().startsWith('HTTP/1.1 408'));
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(LIMITS.connections);
  await expectService();
});

test('takes as much of request line and headers as API Gateway does, and answers 431 to more', async () => {
  const statusOf = async (bytes: number) =>
    (await fetch(`http://127.0.0.1:${port}/openapi.json?${'x'.repeat(bytes)}`)).status;
  expect([await statusOf(9_500), await statusOf(10_240)]).toEqual([200, 431]);
  await expectService();
});
