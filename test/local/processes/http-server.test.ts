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

type Slow = { socket: Socket; received: () => string; closed: Promise<unknown> };

/** A sender that gives one byte of the text at a time, as long as it is let. */
function sendSlowly(text: string, everyMs = 20): Slow {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let sent = 0;
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (received += String(bytes)));
  const timer = setInterval(() => socket.write(text.charAt(sent++ % text.length)), everyMs);
  const closed = once(socket, 'close').finally(() => clearInterval(timer));
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
  ['headers that never end', `${HEAD}x-filler: `],
  ['a body that never ends', `${HEAD}content-length: 1000000\r\n\r\n${'x'.repeat(1000)}`],
  ['chunks that never end', `${HEAD}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n1\r\nx\r\n`],
  ['nothing after a line', 'POST /events HTTP/1.1\r\n'],
])('ends the connection of who sends %s, and serves the others meanwhile', async (_, text) => {
  const start = text.startsWith(HEAD) ? HEAD.length + (text.indexOf('\r\n\r\n') + 4 - HEAD.length) : 0;
  const slow = Array.from({ length: 20 }, () => {
    const sender = sendSlowly(text.slice(Math.max(0, start)) || 'x');
    sender.socket.write(text.slice(0, Math.max(0, start)));
    return sender;
  });
  await expectService();
  await Promise.all(slow.map(({ closed }) => closed));
  for (const { received } of slow) expect(received()).toMatch(/^HTTP\/1.1 408 /);
  expect([publisher.records.length, faults]).toEqual([1, []]);
  await expectService();
});

test('serves a request that takes its time within the limits', async () => {
  publisher.records.length = 0;
  const { socket, received } = sendSlowly(BODY, 2);
  socket.write(`${HEAD}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n`);
  await once(socket, 'end');
  expect(received()).toMatch(/^HTTP\/1.1 202 /);
});

test('holds no more connections than it may, and takes the next when one has gone', async () => {
  const held = Array.from({ length: LIMITS.connections + 10 }, () => sendSlowly('POST', 10_000));
  await Promise.all(held.map(({ closed }) => closed));
  const answered = held.filter(({ received }) => received().startsWith('HTTP/1.1 408'));
  expect(answered.length).toBeLessThanOrEqual(LIMITS.connections);
  await expectService();
});
