import { Analytics, type HTTPFetchFn } from '@segment/analytics-node';
import { afterEach, expect, test } from 'vitest';
import { LogUnavailableError } from '../../../platform/errors.ts';
import { type LocalServer, serveLocally } from '../raw-http.ts';
import { dialectApi } from './dialect-api.ts';

let server: LocalServer | undefined;
afterEach(() => server?.close());

/** Segment's own client, pointed at the app; `statuses` is what it was answered, `errors` what it told its user. */
async function segmentClient(writeKey = 'sk_server') {
  const api = dialectApi();
  server = await serveLocally((request) => api.app.fetch(request));
  const [statuses, errors]: [number[], unknown[]] = [[], []];
  const httpClient: HTTPFetchFn = async (url, init) => {
    const response = await fetch(url, init);
    statuses.push(response.status);
    if (api.publisher.failure !== undefined && statuses.length === 2) api.publisher.failure = undefined;
    return response;
  };
  const host = `http://127.0.0.1:${server.port}`;
  const analytics = new Analytics({ writeKey, host, httpClient, maxRetries: 5 });
  analytics.on('error', (error) => errors.push(error));
  return { ...api, analytics, statuses, errors };
}

const viewed = { userId: 'u', event: 'Product Viewed', properties: { product_id: 'p' } };
const broken = { userId: 'u', event: 'Order Completed', properties: { order_id: '' } };

test('has a batch delivered once, is told of nothing, and does not come again for what was refused beside it', async () => {
  const { analytics, statuses, errors, publisher, warnings } = await segmentClient();
  for (const event of [viewed, broken, { ...viewed, event: 'Signed Up' }]) analytics.track(event);
  await analytics.closeAndFlush();
  expect([statuses, errors, publisher.records.length]).toEqual([[200], [], 1]);
  // What the client does not read stands in the log.
  expect(warnings).toMatchObject([{ reasons: { 'invalid_field properties.order_id': 1 } }]);
});

test('reports a batch of which nothing was acceptable, and does not come again', async () => {
  const { analytics, statuses, errors } = await segmentClient();
  analytics.track(broken);
  await analytics.closeAndFlush();
  expect(statuses).toEqual([400]);
  expect(errors).toMatchObject([{ code: 'delivery_failure' }]);
});

test.each([
  ['sk_wrong', 401],
  ['ak_admin', 403],
])('reports that %s is not let in, and does not come again', async (key, status) => {
  const { analytics, statuses, errors } = await segmentClient(key);
  analytics.track(viewed);
  await analytics.closeAndFlush();
  expect([statuses, errors.length]).toEqual([[status], 1]);
});

test('comes again while the log does not acknowledge, with the same events', async () => {
  const { analytics, statuses, errors, publisher } = await segmentClient();
  publisher.failure = new LogUnavailableError('gone');
  analytics.track(viewed);
  await analytics.closeAndFlush();
  expect([statuses, errors, publisher.records.length]).toEqual([[503, 503, 200], [], 1]);
});
