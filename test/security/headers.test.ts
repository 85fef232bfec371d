import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_RATE_LIMIT } from '../../platform/http/rate-limit.ts';
import { type LocalApi, openLocalApi } from '../brackets/local-api.ts';
import { openRaw } from '../ingestion/raw-http.ts';

let api: LocalApi;
let before: number;
beforeAll(async () => {
  api = await openLocalApi();
});
beforeEach(() => {
  before = api.appends();
});
afterAll(() => api.close());

const BODY = JSON.stringify({ type: 'product_view', user_id: 'u', product_id: 'p' });

/** The status lines that a request gets, sent as these lines and no others. */
async function statusesOf(first: string, lines: readonly string[], body = BODY): Promise<string[]> {
  const raw = await openRaw(api.port);
  onTestFinished(() => raw.end());
  raw.send([first, ...lines, 'connection: close', '', body].join('\r\n'));
  const received = await raw.until(/HTTP\/1.1 \d{3}[\s\S]*\r\n\r\n/);
  return [...received.matchAll(/HTTP\/1.1 (\d{3})/g)].map(([, status]) => status ?? '');
}

const POST = 'POST /events HTTP/1.1';
const usual = (key: string) => [
  'host: localhost',
  'content-type: application/json',
  `x-api-key: ${key}`,
  `content-length: ${BODY.length}`,
];

test('two keys in one request are no key: neither is chosen', async () => {
  const { sk, pk } = api.keys;
  expect(await statusesOf(POST, [...usual(pk), `x-api-key: ${sk}`])).toEqual(['401']);
  expect(await statusesOf(POST, [...usual(`${pk}, ${sk}`)])).toEqual(['401']);
  expect(await statusesOf(POST, [...usual('sk_wrong'), `authorization: Bearer ${sk}`])).toEqual(['401']);
  expect(api.appends()).toBe(before);
});

test.each([
  ['content-length: 5', 'content-length: 6'],
  ['content-length: 5, 5'],
  ['content-length: -1'],
  ['content-length: 0x10'],
  ['transfer-encoding: chunked', 'content-length: 5'],
  ['transfer-encoding: chunked, identity'],
  ['transfer-encoding: xchunked'],
  ['transfer-encoding : chunked'],
  ['x-filler: a\nb', 'content-length: 5'],
])('a request whose end can be read in two ways hides no other behind it: %s', async (...lines) => {
  const hidden = `5\r\nhello\r\n0\r\n\r\n${POST}\r\n${usual(api.keys.sk).join('\r\n')}\r\n\r\n${BODY}`;
  const head = ['host: localhost', 'content-type: application/json', `x-api-key: ${api.keys.sk}`, ...lines];
  const statuses = await statusesOf(POST, head, hidden);
  expect(statuses[0]).toMatch(/^4\d\d$/);
  expect(statuses).not.toContain('202');
  expect(api.appends()).toBe(before);
});

test('no header makes it another method, path or person', async () => {
  const tricks = [
    'x-http-method-override: DELETE',
    'x-original-url: /users/u',
    'x-rewrite-url: /users/u',
    'x-user-id: u',
    'x-forwarded-host: evil.example',
  ];
  for (const trick of tricks)
    expect(
      await statusesOf('GET /users/u HTTP/1.1', ['host: localhost', `x-api-key: ${api.keys.ak}`, trick], ''),
    ).toEqual(['405']);
  for (const target of ['http://evil.example/users/u', '//users/u', '/./users/../events']) {
    const [status] = await statusesOf(
      `DELETE ${target} HTTP/1.1`,
      ['host: localhost', `x-api-key: ${api.keys.sk}`],
      '',
    );
    expect(status).toMatch(/^40[0345]$/);
  }
  for (const host of ['evil.example/users/u?', 'a@b', 'localhost:99999', '[::1', ''])
    expect((await statusesOf('GET /trending HTTP/1.1', [`host: ${host}`], ''))[0]).toMatch(/^40[01]$/);
  expect(await api.database.rows('select from erasures')).toEqual([]);
});

test.each(['gzip, gzip', 'br', 'zstd', 'compress', 'gzip;q=1', 'chunked', 'identity, gzip'])(
  'a body in encoding %s is refused unread',
  async (encoding) => {
    expect(await statusesOf(POST, [...usual(api.keys.sk), `content-encoding: ${encoding}`])).toEqual(['415']);
    expect(api.appends()).toBe(before);
  },
);

test('a sender that names other addresses has one rate all the same, and takes none from secret keys', async () => {
  // Refused for its parameter, after the rate was looked at and before the database is asked.
  const ask = async (key: string, n: number) => {
    const address = `203.0.113.${n % 250}`;
    const spoofed = {
      'x-forwarded-for': address,
      'x-real-ip': address,
      forwarded: `for=${address}`,
      'cf-connecting-ip': address,
    };
    return (await fetch(`${api.url}/trending?limit=0`, { headers: { 'x-api-key': key, ...spoofed } })).status;
  };
  const statuses: number[] = [];
  const { burst, perSecond } = DEFAULT_RATE_LIMIT;
  for (let sent = 0; !statuses.includes(429) && sent < burst * 20; sent += perSecond)
    statuses.push(...(await Promise.all(Array.from({ length: perSecond }, (_, n) => ask(api.keys.pk, sent + n)))));
  expect(statuses).toContain(429);
  expect(statuses.filter((status) => status === 400).length).toBeGreaterThanOrEqual(burst);
  expect(await ask(api.keys.sk, 1)).toBe(400);
});
