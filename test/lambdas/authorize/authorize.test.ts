import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createAuthorizer } from '../../../lambdas/authorize/authorize.ts';
import type { HttpVariables } from '../../../platform/http/app.ts';
import { callerByAuthorizer } from '../../../platform/http/caller.ts';
import { addKey, removeKey, type StoredKey } from '../../../platform/http/key-entries.ts';
import { type Caller, keyIdOf } from '../../../platform/http/keys.ts';

const ORIGIN = 'https://shop.example';
const page = addKey([], { keyClass: 'pk', source: 'web', origins: [ORIGIN] });
const server = addKey(page.entries, { keyClass: 'sk', source: 'shop', origins: [] });

/** What a function behind the gateway makes of what the authorizer answered. */
async function callerBehind(authorizer: unknown): Promise<Caller> {
  const app = new Hono<HttpVariables>().get('/', (context) => context.json(callerByAuthorizer(context)));
  const answer = await app.request('/', {}, { event: { requestContext: { authorizer } } });
  return (await answer.json()) as Caller;
}

/** Sends a request's headers through the authorizer to the function behind it. */
async function callerOf(headers: Record<string, string> | undefined, entries: readonly StoredKey[] = server.entries) {
  const answer = await createAuthorizer(async () => JSON.stringify(entries))({ headers });
  expect(answer.isAuthorized).toBe(true);
  return callerBehind({ lambda: answer.context });
}

test('hands class, source and origins of a key to the function, in whichever header it came', async () => {
  const shop = { keyClass: 'sk', source: 'shop', origins: [] };
  expect(await callerOf({ 'x-api-key': server.key })).toMatchObject(shop);
  expect(await callerOf({ authorization: `Bearer ${server.key}` })).toMatchObject(shop);
  expect(await callerOf({ 'x-api-key': page.key })).toMatchObject({ keyClass: 'pk', source: 'web', origins: [ORIGIN] });
});

test('knows a key where the clients of others put it, on their routes alone', async () => {
  const authorize = createAuthorizer(async () => JSON.stringify(server.entries));
  const headers = { authorization: `Basic ${Buffer.from(`${server.key}:`).toString('base64')}` };
  const queryStringParameters = { measurement_id: 'G-1', api_secret: server.key };
  const classOf = async (routeKey: string, request: object) =>
    (await authorize({ routeKey, ...request })).context.key_class;
  expect(await classOf('POST /v1/batch', { headers })).toBe('sk');
  expect(await classOf('POST /mp/collect', { headers: {}, queryStringParameters })).toBe('sk');
  for (const route of ['POST /events', 'GET /trending', 'GET /recommendations/{userId}', '$default'])
    expect(await classOf(route, { headers, queryStringParameters })).toBe('none');
});

test.each([undefined, {}, { 'x-api-key': '' }, { 'x-api-key': 'sk_made_up' }, { authorization: 'Basic c2s6' }])(
  'lets %j through as nobody, so that the function answers and not the gateway',
  async (headers) => expect(await callerOf(headers)).toMatchObject({ keyClass: 'none', source: '' }),
);

test('nobody calls where no authorizer was asked, or one that says something else', async () => {
  for (const said of [
    undefined,
    {},
    { lambda: {} },
    { lambda: { key_class: 'admin', key_id: '', source: 's', origins: '[]' } },
  ])
    expect(await callerBehind(said)).toMatchObject({ keyClass: 'none' });
});

test('a key that is added counts from the next reading on, and one that is removed no longer', async () => {
  let entries = server.entries;
  const authorize = createAuthorizer(async () => JSON.stringify(entries));
  const classOf = async (key: string) => (await authorize({ headers: { 'x-api-key': key } })).context.key_class;
  const next = addKey(entries, { keyClass: 'sk', source: 'shop', origins: [] });
  expect(await classOf(next.key)).toBe('none');
  entries = next.entries;
  expect([await classOf(server.key), await classOf(next.key)]).toEqual(['sk', 'sk']);
  entries = removeKey(entries, keyIdOf(server.entries[1]?.hash ?? ''));
  expect([await classOf(server.key), await classOf(next.key)]).toEqual(['none', 'sk']);
});

test('lets nobody in when the keys cannot be had or read, and repeats nothing of them', async () => {
  await expect(createAuthorizer(async () => Promise.reject(new Error('throttled')))({})).rejects.toThrow('throttled');
  for (const text of ['', '{}', '[{"hash":"hunter2"}]', 'hunter2'])
    await expect(createAuthorizer(async () => text)({})).rejects.toThrow(/^(?!.*hunter2).*JSON array/);
});

test('a source has two keys of a class at once, and no third', () => {
  const second = addKey(server.entries, { keyClass: 'sk', source: 'shop', origins: [] });
  expect(() => addKey(second.entries, { keyClass: 'sk', source: 'shop', origins: [] })).toThrow(/has 2 sk_ keys/);
  expect(() => removeKey(second.entries, 'unknown')).toThrow(/there is no key unknown; known: /);
  expect(JSON.stringify(second.entries)).not.toContain(second.key);
});

test.each(['https://shop.example/', 'shop.example', '*', 'https://*.shop.example'])(
  'refuses %s as an origin, which no page would ever match',
  (origin) =>
    expect(() => addKey([], { keyClass: 'pk', source: 'web', origins: [ORIGIN, origin] })).toThrow(
      `origin is ${origin}; it must be an origin`,
    ),
);
