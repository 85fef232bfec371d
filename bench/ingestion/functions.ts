import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { createIngestionApp } from '../../ingestion/app.ts';
import { callerByAuthorizer, toAuthorizerContext } from '../../platform/http/caller.ts';
import { gatewayAddressOf } from '../../platform/http/gateway-address.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createNaiveApp } from './naive-app.ts';
import { createPlatformaticPublisher } from './platformatic-publisher.ts';

export type FunctionEvent = { rawPath: string; headers: Record<string, string>; body: string };
type Handler = (event: FunctionEvent) => Promise<unknown>;

/** Each as Lambda would run it: an event of API Gateway's HTTP API in, its answer out. */
export const functions: Readonly<Record<string, (brokers: string[], tree: URL) => Promise<Handler>>> = {
  bare: async () => async (event) => {
    const { events } = JSON.parse(event.body);
    const headers = { 'content-type': 'application/json' };
    return { statusCode: 202, headers, body: JSON.stringify({ accepted: events.length }) };
  },
  /** As `@fastify/aws-lambda` does it. */
  naive: async (brokers) => {
    const app = await createNaiveApp(brokers);
    return async ({ rawPath, headers, body }) => {
      const answer = await app.inject({ method: 'POST', url: rawPath, headers, payload: body });
      return { statusCode: answer.statusCode, headers: answer.headers, body: answer.body };
    };
  },
  ours: async (_, tree) => {
    const { handler } = await import(new URL('ingestion/handler.ts', tree).href);
    return handler;
  },
  platformatic: async (brokers) => {
    const app = createIngestionApp({
      publisher: await createPlatformaticPublisher(brokers),
      callerOf: callerByAuthorizer,
      settings: { pinnedOrigins: new Set() },
      log: createLogger('ingestion'),
      metrics: createMetrics('ingestion'),
      addressOf: gatewayAddressOf,
      document: {},
    });
    const handler = handle(app);
    return (event) => handler(event as unknown as LambdaEvent);
  },
};

/** The text that Lambda hands over for a request with this body: what the gateway and the authorizer made of it. */
export function eventTextOf(body: string): string {
  const caller = { keyClass: 'sk', keyId: 'bench', source: 'shop', origins: [] } as const;
  return JSON.stringify({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/events',
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      host: 'abcdef.execute-api.eu-central-1.amazonaws.com',
      'user-agent': 'shop-server/1.0',
      'x-amzn-trace-id': 'Root=1-68000000-000000000000000000000000',
      'x-forwarded-for': '203.0.113.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    body,
    isBase64Encoded: false,
    requestContext: {
      http: {
        method: 'POST',
        path: '/events',
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.1',
        userAgent: 'shop-server',
      },
      domainName: 'abcdef.execute-api.eu-central-1.amazonaws.com',
      requestId: 'request',
      authorizer: { lambda: toAuthorizerContext(caller) },
    },
  });
}
