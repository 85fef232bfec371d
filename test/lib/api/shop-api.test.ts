import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { apiDocument } from '../../../ingestion/openapi/document.ts';
import { answerPreflight } from '../../../platform/http/access.ts';
import { ARN, evaluate } from '../evaluate.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const stage = await synthesized('express');
const evaluated = <T>(type: string) =>
  propertiesOf(stage.app, type).map((properties) => evaluate(stage, 'app', properties) as T);
const routes = evaluated<{ RouteKey: string; Target: string; AuthorizationType?: string; AuthorizerId?: string }>(
  'AWS::ApiGatewayV2::Route',
);

/** `GET /trending keyed`: a route of the API document, and whether it asks for a key. */
function documentedRoutes(): string[] {
  const paths = apiDocument().paths as Record<string, Record<string, { security: unknown[] }>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { security }]) => `${method.toUpperCase()} ${path} ${security.length > 0 ? 'keyed' : 'open'}`,
    ),
  );
}

describe('the routes', () => {
  test('are those of the API document, and ask the authorizer where it asks for a key', () => {
    const [authorizerId] = Object.keys(resourcesOf(stage.app, 'AWS::ApiGatewayV2::Authorizer'));
    const made = routes.map(({ RouteKey, AuthorizationType, AuthorizerId }) => {
      const isKeyed = AuthorizationType === 'CUSTOM' && AuthorizerId === `<${authorizerId}>`;
      return `${RouteKey} ${isKeyed ? 'keyed' : 'open'}`;
    });
    expect(made.sort()).toEqual(documentedRoutes().sort());
  });

  test('reach functions that let the gateway call them for this route', () => {
    const permissions = evaluated<{ FunctionName: string; Principal: string; SourceArn: string }>(
      'AWS::Lambda::Permission',
    );
    for (const { RouteKey, Target } of routes) {
      const [, path] = RouteKey.split(' ');
      const integration = stage.app.Resources[Target.replace(/^integrations\/<(\w+)>$/, '$1')]?.Properties;
      expect(integration).toMatchObject({ PayloadFormatVersion: '2.0', IntegrationType: 'AWS_PROXY' });
      expect(permissions).toContainEqual({
        Action: 'lambda:InvokeFunction',
        FunctionName: evaluate(stage, 'app', integration?.IntegrationUri),
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${ARN}:<ShopApiA1CAA4FB>/*/*${path}`,
      });
    }
  });
});

test('the authorizer is asked each time, also by who sends no key: the answer is the function’s', () => {
  const [authorizer] = evaluated<Record<string, unknown>>('AWS::ApiGatewayV2::Authorizer');
  expect(authorizer).toMatchObject({
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    AuthorizerResultTtlInSeconds: 0,
    IdentitySource: [],
    AuthorizerUri: expect.stringContaining('function:bazaarstream-prod-authorize/invocations'),
  });
  const allowed = evaluated<{ SourceArn: string }>('AWS::Lambda::Permission').map(({ SourceArn }) => SourceArn);
  expect(allowed).toContainEqual(expect.stringMatching(/<ShopApiA1CAA4FB>\/authorizers\/<ShopApiKeyAuthorizer\w+>$/));
});

describe('pages', () => {
  test('of pinned origins may call, without cookies, and hear what the functions would answer', async () => {
    const [api] = propertiesOf(stage.app, 'AWS::ApiGatewayV2::Api');
    const cors = api?.CorsConfiguration as { AllowHeaders: string[]; MaxAge: number };
    expect(cors).toMatchObject({
      AllowOrigins: ['https://shop.example', 'http://localhost:5173'],
      AllowMethods: ['GET', 'POST'],
      ExposeHeaders: ['retry-after'],
    });
    expect(cors).not.toHaveProperty('AllowCredentials');
    const origin = 'https://shop.example';
    const ours = new Hono().options('/', answerPreflight(new Set([origin]), 'POST'));
    const { headers } = await ours.request('/', { method: 'OPTIONS', headers: { origin } });
    expect(headers.get('access-control-allow-headers')).toBe(cors.AllowHeaders.join(', '));
    expect(headers.get('access-control-max-age')).toBe(String(cors.MaxAge));
  });

  test('may not call where no origin is pinned', async () => {
    const [api] = propertiesOf((await synthesized('kafka')).app, 'AWS::ApiGatewayV2::Api');
    expect(api).not.toHaveProperty('CorsConfiguration');
  });
});

describe('the stage', () => {
  const [apiStage] = propertiesOf(stage.app, 'AWS::ApiGatewayV2::Stage');

  test('holds all callers together to a rate', () => {
    expect(apiStage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000, DetailedMetricsEnabled: true },
    });
  });

  test('holds the routes that erase and export to what one function allows, and is made after them', () => {
    const limit = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 20, DetailedMetricsEnabled: true };
    expect(apiStage?.RouteSettings).toEqual({ 'DELETE /users/{userId}': limit, 'GET /users/{userId}/export': limit });
    const [stageResource] = Object.values(resourcesOf(stage.app, 'AWS::ApiGatewayV2::Stage'));
    const ids = Object.keys(resourcesOf(stage.app, 'AWS::ApiGatewayV2::Route'));
    expect(stageResource?.DependsOn).toEqual(expect.arrayContaining(ids));
  });

  test('logs who called with which key, without anything that a caller could put a key or a name into', () => {
    const { Format } = (apiStage?.AccessLogSettings ?? {}) as { Format: string };
    const fields = Object.values(JSON.parse(Format) as Record<string, string>);
    expect(fields).toContain('$context.authorizer.key_id');
    for (const field of fields) {
      expect(field).toMatch(/^\$context\.[\w.]+$/);
      expect(field).not.toMatch(/path|query|header|userAgent|cookie|domain|protocol/i);
    }
  });
});
