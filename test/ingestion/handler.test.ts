import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LambdaEvent } from 'hono/aws-lambda';
import { beforeAll, describe, expect, test } from 'vitest';
import { toAuthorizerContext } from '../../platform/http/caller.ts';
import { type Caller, NOBODY } from '../../platform/http/keys.ts';
import { kafkaBrokers } from '../brackets/kafka.ts';
import { readTopics } from './kafka-reader.ts';

const brokers = (await kafkaBrokers()) ?? [];
type Result = { statusCode: number; headers: Record<string, string>; body: string };
let handler: (event: LambdaEvent) => Promise<unknown>;

beforeAll(async () => {
  process.env.KAFKA_BROKERS = brokers.join(',');
  process.env.KAFKA_AUTH = 'none';
  process.env.AWS_REGION = 'eu-central-1';
  process.env.INTERNAL_ADDRESSES = '203.0.113.7, 203.0.113.8';
  if (brokers.length > 0) ({ handler } = await import('../../ingestion/handler.ts'));
});

const SERVER: Caller = { keyClass: 'sk', keyId: 'k', source: 'server', origins: [] };

/** Calls the function as API Gateway's HTTP API does (payload 2.0), with what the authorizer made of the key. */
async function call(
  method: string,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  caller: Caller = SERVER,
) {
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    body: body.toString(typeof body === 'string' ? 'utf8' : 'base64'),
    isBase64Encoded: typeof body !== 'string',
    requestContext: {
      http: { method, path, sourceIp: '203.0.113.1' },
      domainName: 'api.example',
      requestId: 'r',
      authorizer: { lambda: toAuthorizerContext(caller) },
    },
  };
  const result = (await handler(event as unknown as LambdaEvent)) as Result;
  return { ...result, answer: JSON.parse(result.body) };
}

const view = (user_id: string) => JSON.stringify({ type: 'product_view', user_id, product_id: 'p' });

describe.skipIf(brokers.length === 0)('the ingestion function behind API Gateway', () => {
  test('takes an event, plain and packed, into the log', async () => {
    const [plain, packed] = [randomUUID(), randomUUID()];
    expect(await call('POST', '/events', view(plain))).toMatchObject({ statusCode: 202, answer: { accepted: 1 } });
    const gzip = await call('POST', '/events', gzipSync(view(packed)), { 'content-encoding': 'gzip' });
    expect(gzip).toMatchObject({ statusCode: 202, answer: { accepted: 1 } });
    const keys = (await readTopics(brokers)).map(({ key }) => key);
    for (const user of [plain, packed]) expect(keys.filter((key) => key === user)).toHaveLength(1);
  });

  test('tells the address that the gateway saw from those that the client names', async () => {
    const [internal, spoofed] = [randomUUID(), randomUUID()];
    await call('POST', '/events', view(internal), { 'x-forwarded-for': '198.51.100.1, 203.0.113.8' });
    await call('POST', '/events', view(spoofed), { 'x-forwarded-for': '203.0.113.8, 198.51.100.1' });
    const stamps = (await readTopics(brokers)).map(({ value }) => JSON.parse(value));
    expect(stamps.find(({ user_id }) => user_id === internal)).toMatchObject({ is_bot: true, trusted: true });
    expect(stamps.find(({ user_id }) => user_id === spoofed)).toMatchObject({ is_bot: false });
  });

  test('refuses without a key, and says how the log is and what the API takes without one', async () => {
    expect(await call('POST', '/events', view('u'), {}, NOBODY)).toMatchObject({ statusCode: 401 });
    // Who sends a key past the authorizer has none.
    const past = await call('POST', '/events', view('u'), { 'x-api-key': 'sk_server' }, NOBODY);
    expect(past).toMatchObject({ statusCode: 401, answer: { code: 'unauthenticated' } });
    const health = await call('GET', '/health', '', {}, NOBODY);
    expect(health).toMatchObject({ statusCode: 200, answer: { status: 'ok', parts: { log: 'ok' } } });
    expect(await call('GET', '/openapi.json', '')).toMatchObject({ statusCode: 200, answer: { openapi: '3.1.0' } });
  });
});
