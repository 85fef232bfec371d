import { sign } from 'hono/jwt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { roleNames } from '../../repositories/roles.repository.ts';
import { type LocalApi, openLocalApi, SHOP_ORIGIN, SIGNING_SECRET } from '../brackets/local-api.ts';
import { rolePasswords } from '../brackets/role-passwords.ts';
import { hostileTexts } from './hostile-text.ts';

const PERSON = 'grace-hopper-1906';
const FORGED = '\r\n{"level":"ERROR","message":"forged-line"}\r\n\u001b[2J';
const written: string[] = [];
let api: LocalApi;

beforeAll(async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
  process.env.POWERTOOLS_METRICS_DISABLED = 'false';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk: unknown) => written.push(String(chunk)) > 0);
  api = await openLocalApi();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await api.close();
});

const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });

/** Requests of every kind, good and bad, with what must not stand in a log in all places where a sender can put it. */
async function sayEverything(token: string): Promise<void> {
  const { sk, pk, ak } = api.keys;
  const text = `${PERSON}${FORGED}`;
  const view = { type: 'product_view', user_id: text, product_id: text, name: text, context: { user_agent: text } };
  const posts = [view, { ...view, [text]: text }, { ...view, type: text }, { type: 'purchase', order_id: text }, text];
  for (const body of [...posts.map((each) => JSON.stringify(each)), `{"${PERSON}`]) {
    await send('POST', '/events', { 'x-api-key': sk }, body);
    await send(
      'POST',
      '/v1/batch',
      { authorization: `Basic ${Buffer.from(`${pk}:`).toString('base64')}` },
      `{"batch":[${body}]}`,
    );
    await send('POST', `/mp/collect?api_secret=${sk}`, {}, `{"client_id":"c","events":[${body}]}`);
    await send('PUT', '/products', { 'x-api-key': sk }, `{"products":[${body}]}`);
    await api.put(body);
  }
  for (const named of hostileTexts.slice(0, 20)) {
    const path = encodeURIComponent(`${PERSON}${named}`);
    await send('GET', `/recommendations/${path}`, { 'x-api-key': pk, 'x-user-token': token, origin: SHOP_ORIGIN });
    await send('GET', `/users/${path}/export?cursor=${path}`, { authorization: `Bearer ${ak}` });
    await send('GET', `/nowhere/${path}?api_secret=${sk}`, { 'x-api-key': `${pk}x`, 'x-forwarded-for': PERSON });
  }
  await send('DELETE', `/users/${PERSON}`, { 'x-api-key': ak });
}

test('no line of a log is forged, and none holds a key, a token, a password or a person', async () => {
  const token = await sign({ sub: PERSON, exp: Math.floor(Date.now() / 1000) + 60 }, SIGNING_SECRET);
  await sayEverything(token);
  await api.stored();
  // A database that refuses a statement: our own fault, told to nobody but the log.
  await api.database.rows('revoke execute on all functions in schema public from public');
  await api.database.rows('revoke select on products from bazaar_reader');
  const failed = await send('GET', `/recommendations/${PERSON}`, { 'x-api-key': api.keys.sk });
  expect([failed.status, await failed.text()]).toEqual([503, expect.not.stringContaining('permission')]);
  const lines = written
    .join('')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Namespace should'));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    const entry: unknown = JSON.parse(line);
    expect(entry).toSatisfy(
      (value) => typeof value === 'object' && value !== null && ('level' in value || '_aws' in value),
    );
    expect(entry).not.toMatchObject({ message: 'forged-line' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  }
  const all = lines.join('\n');
  for (const key of [...Object.values(api.keys), SIGNING_SECRET, token, PERSON]) expect(all).not.toContain(key);
  for (const role of roleNames) expect(all).not.toContain(`${role}:${rolePasswords[role]}`);
  expect(all).not.toMatch(/postgres(ql)?:\/\//);
  expect(all).toContain('permission denied');
});
