import { expect, test } from 'vitest';
import { LogUnavailableError } from '../../platform/errors.ts';
import { aPurchase, aView, eventsApi, SHOP } from './events-api.ts';

test('publishes under a secret key as trusted, with the source of the key and the time of the server', async () => {
  const { post, publisher } = eventsApi();
  expect(await post({ events: [aView(), aPurchase()], sent_at: '2026-11-01T11:59:00Z' })).toMatchObject({
    status: 202,
  });
  expect(publisher.records.map(({ stamp }) => stamp)).toEqual(
    Array(2).fill({ source: 'server', trusted: true, is_bot: false, received_at: '2026-11-01T12:00:00.000Z' }),
  );
  expect(publisher.records[0]?.event).toMatchObject({ occurred_at: '2026-11-01T12:00:00.000Z' });
});

test('corrects a clock that is off before it judges what lies in the future', async () => {
  const { post, publisher } = eventsApi();
  const event = aView({ event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: '2027-11-01T12:00:00Z' });
  expect((await post({ events: [event], sent_at: '2027-11-01T12:00:10Z' })).status).toBe(202);
  expect(publisher.records[0]?.stamp.sent_at).toBe('2027-11-01T12:00:10Z');
});

test('flags crawlers by the visitor’s user agent, and no server by its own', async () => {
  const { post, publisher } = eventsApi();
  const crawler = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' };
  await post(aView(), 'pk', { ...crawler, origin: SHOP });
  await post(aView({ context: { user_agent: 'AhrefsBot/7.0' } }));
  await post(aView());
  await post(aView(), 'pk', { 'user-agent': 'curl/8.0' });
  expect(publisher.records.map(({ stamp }) => stamp.is_bot)).toEqual([true, true, false, false]);
});

test('refuses a request without key, with an unknown key, and with the key of another right', async () => {
  const { post, publisher } = eventsApi();
  publisher.records.length = 0;
  expect(await post(aView(), 'sk', { 'x-api-key': '' })).toMatchObject({ status: 401 });
  expect(await post(aView(), 'sk', { 'x-api-key': 'sk_serve' })).toMatchObject({
    status: 401,
    answer: { code: 'unauthenticated' },
  });
  expect(await post(aView(), 'ak')).toMatchObject({ status: 403, answer: { code: 'forbidden_for_key' } });
  expect(publisher.records).toEqual([]);
});

test('takes a key as a bearer token', async () => {
  const { app } = eventsApi();
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk_server' };
  expect((await app.request('/events', { method: 'POST', headers, body: JSON.stringify(aView()) })).status).toBe(202);
});

test('refuses purchases under a publishable key: 403 alone, a verdict beside others', async () => {
  const { post, publisher } = eventsApi();
  expect(await post(aPurchase(), 'pk')).toMatchObject({ status: 403, answer: { code: 'forbidden_for_key' } });
  const mixed = await post({ events: [aView(), aPurchase()] }, 'pk');
  expect(mixed).toMatchObject({
    status: 202,
    answer: { accepted: 1, rejected: [{ index: 1, code: 'forbidden_for_key' }] },
  });
  expect(publisher.records).toHaveLength(1);
});

test('stores purchases under a publishable key as untrusted where the shop allows it', async () => {
  const { post, publisher } = eventsApi({ allowUntrustedPurchases: true });
  expect((await post(aPurchase(), 'pk')).status).toBe(202);
  expect(publisher.records[0]?.stamp).toMatchObject({ source: 'web', trusted: false });
});

test('serves pinned origins with CORS and without credentials, refuses others, and serves who names none', async () => {
  const { post, app, publisher } = eventsApi();
  const pinned = await post(aView(), 'pk', { origin: SHOP });
  expect([pinned.status, pinned.headers.get('access-control-allow-origin')]).toEqual([202, SHOP]);
  expect(pinned.headers.get('access-control-allow-credentials')).toBeNull();
  publisher.records.length = 0;
  expect(await post(aView(), 'pk', { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
    answer: { code: 'forbidden_origin' },
  });
  expect(await post(aView(), 'sk', { origin: SHOP })).toMatchObject({ status: 403 });
  expect(publisher.records).toEqual([]);
  const preflight = (origin: string) => app.request('/events', { method: 'OPTIONS', headers: { origin } });
  expect((await preflight(SHOP)).headers.get('access-control-allow-headers')).toContain('x-api-key');
  expect((await preflight('https://evil.example')).status).toBe(403);
});

test('slows a publishable key down and not a secret one', async () => {
  const { post } = eventsApi({ rateLimit: { perSecond: 1, burst: 2 } });
  const statuses: number[] = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await post(aView(), 'pk')).status);
  expect(statuses).toEqual([202, 202, 429]);
  expect(Number((await post(aView(), 'pk')).headers.get('retry-after'))).toBeGreaterThan(0);
  for (let n = 0; n < 5; n += 1) expect((await post(aView(), 'sk')).status).toBe(202);
});

test('answers 503 with Retry-After for what the log did not acknowledge', async () => {
  const { post, publisher } = eventsApi();
  publisher.failure = new LogUnavailableError('gone');
  const { status, headers, answer } = await post(aView());
  expect([status, headers.get('retry-after'), answer.code]).toEqual([503, '5', 'log_unavailable']);
});

test('answers an unknown route with 404 and another method with 405', async () => {
  const { app } = eventsApi();
  expect((await app.request('/nowhere')).status).toBe(404);
  const wrong = await app.request('/events', { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
});

test('lets a pinned page read why it was refused, and how long to wait', async () => {
  const { post } = eventsApi({ rateLimit: { perSecond: 1, burst: 2 } });
  const asPage = () => post({ events: [7] }, 'pk', { origin: SHOP });
  const answers = [await asPage(), await asPage(), await asPage()];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 429]);
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(headers.get('vary')).toContain('origin');
  }
});

test('says of a batch that is not valid what was got', async () => {
  const { post } = eventsApi();
  const detail = async (body: unknown) => (await post(body)).answer.detail;
  expect(await detail({ events: Array(501).fill(aView()) })).toMatch(/^got 501 events; allowed: .*1 to 500/);
  expect(await detail({ events: [aView()], sentAt: 'now' })).toMatch(/^unknown field "sentAt"; allowed: /);
});
