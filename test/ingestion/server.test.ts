import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { aView, eventsApi, SHOP } from './events-api.ts';
import { type LocalServer, openRaw, serveLocally } from './raw-http.ts';

const { app, publisher, faults } = eventsApi();
let server: LocalServer;
beforeAll(async () => {
  server = await serveLocally((request) => app.fetch(request));
});
afterAll(() => server.close());
beforeEach(() => {
  publisher.records.length = 0;
});

const BODY = JSON.stringify(aView());
const head = (lines: string[] = [], key = 'sk_server') =>
  [
    'POST /events HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `x-api-key: ${key}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
const whole = (body = BODY, key?: string) => head([`content-length: ${Buffer.byteLength(body)}`], key) + body;

async function connection() {
  const raw = await openRaw(server.port);
  onTestFinished(() => raw.end());
  return raw;
}

/** The server is well: it takes an event on a new connection, and has taken nothing before. */
async function expectService(): Promise<void> {
  const raw = await connection();
  raw.send(whole());
  expect(await raw.until(/\{"accepted":1,"rejected":\[\]\}/)).toContain('HTTP/1.1 202 Accepted');
  expect(publisher.records).toHaveLength(1);
}

test('refuses a body that says it is too large before any of it is sent', async () => {
  const raw = await connection();
  raw.send(head(['content-length: 1048577']));
  expect(await raw.until(/body_too_large/)).toContain('HTTP/1.1 413');
  await expectService();
});

test('refuses a body of unknown length as soon as it is too large', async () => {
  const raw = await connection();
  raw.send(head(['transfer-encoding: chunked']));
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  for (let sent = 0; sent < 20; sent += 1) raw.send(chunk);
  expect(await raw.until(/body_too_large/)).toContain('HTTP/1.1 413');
  expect(publisher.records).toEqual([]);
  await expectService();
});

test('takes a body of exactly 1 MiB and refuses one byte more', async () => {
  const padded = (bytes: number) => BODY + ' '.repeat(bytes - BODY.length);
  const fits = await connection();
  fits.send(whole(padded(1024 * 1024)));
  await fits.until(/"accepted":1/);
  const tooLarge = await connection();
  tooLarge.send(whole(padded(1024 * 1024 + 1)));
  await tooLarge.until(/body_too_large/);
});

test('refuses an unknown key before it reads the body, and serves the next request on the connection', async () => {
  const raw = await connection();
  raw.send(whole(BODY, 'sk_wrong'));
  expect(await raw.until(/"unauthenticated"/)).toMatch(/HTTP\/1.1 401[\s\S]*www-authenticate: Bearer/i);
  expect(publisher.records).toEqual([]);
  raw.send(whole());
  await raw.until(/"accepted":1/);
});

test('answers requests sent without waiting in their order', async () => {
  const raw = await connection();
  raw.send(whole('not json') + whole() + whole('{"events":[]}'));
  const received = await raw.until(/(HTTP\/1.1 \d+[\s\S]*){3}1 to 500/);
  expect([...received.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['400', '202', '400']);
});

test('publishes nothing of a body that breaks off, and calls that no fault of its own', async () => {
  const raw = await connection();
  raw.send(head([`content-length: ${BODY.length}`]) + BODY.slice(0, -1));
  raw.end();
  await expectService();
  expect(faults).toEqual([]);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['two lengths', head(['content-length: 1', 'content-length: 2'])],
  ['a length and chunks', head(['content-length: 5', 'transfer-encoding: chunked'])],
  ['a header of a megabyte', head([`x-filler: ${'x'.repeat(1024 * 1024)}`])],
])('refuses %s without reaching the log', async (_, bytes) => {
  const raw = await connection();
  raw.send(bytes);
  expect(await raw.until(/HTTP\/1.1 4\d\d/)).not.toContain(' 202 ');
  expect(publisher.records).toEqual([]);
  await expectService();
});

test('answers a preflight from a real socket with pinned origins only', async () => {
  const preflight = (origin: string) =>
    fetch(`http://127.0.0.1:${server.port}/events`, { method: 'OPTIONS', headers: { origin } });
  const pinned = await preflight(SHOP);
  expect([pinned.status, pinned.headers.get('access-control-allow-origin')]).toEqual([204, SHOP]);
  expect(pinned.headers.get('access-control-allow-credentials')).toBeNull();
  const other = await preflight('https://evil.example');
  expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('names nothing of what serves it', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${server.port}/nowhere`);
  expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
