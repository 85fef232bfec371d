import { expect, test } from 'vitest';
import { createHttpApp, refuseOtherMethods } from '../../../platform/http/app.ts';
import { addHealthRoute } from '../../../platform/http/health.ts';

const SECRET = 'postgresql://owner:hunter2@db.example/shop';

function appWithRoutes() {
  const logged: unknown[] = [];
  const app = createHttpApp({ error: (message, fields) => logged.push({ message, ...fields }) });
  app.get('/thing', (context) => context.json({}));
  app.get('/broken', () => {
    throw new TypeError(SECRET);
  });
  app.get('/broken-later', async () => Promise.reject(new Error(SECRET)));
  refuseOtherMethods(app, '/thing', 'GET');
  return { app, logged };
}

test.each(['/broken', '/broken-later'])('answers a fault of its own on %s without saying what it was', async (path) => {
  const { app, logged } = appWithRoutes();
  const response = await app.request(path);
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
  expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal' });
  expect(text).not.toMatch(/hunter2|at .*\.ts|TypeError/);
  expect(logged).toHaveLength(1);
});

test('answers what does not exist with 404, and a wrong method with 405 and the right ones', async () => {
  const { app } = appWithRoutes();
  for (const path of ['/', '/nothing', '/thing/', '/THING', '/thing/x', '/__proto__'])
    expect(await (await app.request(path)).json()).toMatchObject({ status: 404, code: 'not_found' });
  const refused = await app.request('/thing', { method: 'PUT' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET']);
  expect(await refused.json()).toMatchObject({ code: 'method_not_allowed' });
});

test('forbids browsers to guess types, on answers and on problems', async () => {
  const { app } = appWithRoutes();
  for (const path of ['/thing', '/nothing', '/broken']) {
    const { headers } = await app.request(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test.each([
  { isDown: false, status: 200, body: { status: 'ok', parts: { log: 'ok', database: 'ok' } } },
  { isDown: true, status: 503, body: { status: 'degraded', parts: { log: 'ok', database: 'down' } } },
])('states the health of each part, and nothing of why one is down ($status)', async ({ isDown, status, body }) => {
  const { app } = appWithRoutes();
  let asked = 0;
  addHealthRoute(app, '/health', {
    log: async () => 'brokers',
    database: async () => {
      asked += 1;
      if (isDown) throw new Error(SECRET);
    },
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.request('/health')));
  for (const answer of answers) expect([answer.status, await answer.json()]).toEqual([status, body]);
  expect(asked).toBe(1);
});
