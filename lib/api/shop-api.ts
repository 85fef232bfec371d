import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PEOPLE_RATE_LIMIT, type RateLimit } from '../../platform/http/rate-limit.ts';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { acknowledge } from '../checks/acknowledge.ts';

/** As long as browsers remember a preflight here as on one machine. */
const PREFLIGHT_MAX_AGE = Duration.minutes(10);

/** Without what could hold a key or say who somebody is: no path (it names users), no query, no header. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    request_id: '$context.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    source_ip: '$context.identity.sourceIp',
    source: '$context.authorizer.source',
    key_class: '$context.authorizer.key_class',
    key_id: '$context.authorizer.key_id',
    response_bytes: '$context.responseLength',
    latency_ms: '$context.responseLatency',
    integration_status: '$context.integrationStatus',
    integration_latency_ms: '$context.integrationLatency',
    integration_error: '$context.integrationErrorMessage',
    authorizer_error: '$context.authorizer.error',
  }),
);

/** For whom asks why a route needs no key. */
const OPEN_ROUTE = 'it tells the state of the parts, or what the API can do, and nothing of the shop; it is throttled';

export type ShopApiProps = {
  settings: StageSettings;
  functions: Readonly<Record<'authorizer' | keyof typeof routes, IFunction>>;
};

/** The routes that the gateway knows, and whether a key is asked for; anything else is answered by the gateway, with 404. */
const routes = {
  ingestion: [
    { path: '/events', method: HttpMethod.POST, isKeyed: true },
    { path: '/v1/batch', method: HttpMethod.POST, isKeyed: true },
    { path: '/mp/collect', method: HttpMethod.POST, isKeyed: true },
    { path: '/health', method: HttpMethod.GET, isKeyed: false },
    { path: '/openapi.json', method: HttpMethod.GET, isKeyed: false },
  ],
  recommend: [
    { path: '/recommendations/{userId}', method: HttpMethod.GET, isKeyed: true },
    { path: '/products/{productId}/similar', method: HttpMethod.GET, isKeyed: true },
    { path: '/trending', method: HttpMethod.GET, isKeyed: true },
    { path: '/health/database', method: HttpMethod.GET, isKeyed: false },
  ],
  catalogue: [{ path: '/products', method: HttpMethod.PUT, isKeyed: true }],
  people: [
    { path: '/users/{userId}', method: HttpMethod.DELETE, isKeyed: true },
    { path: '/users/{userId}/export', method: HttpMethod.GET, isKeyed: true },
  ],
} as const;

/** Routes that are held to less than the stage's throttle, however many instances of a function serve them. */
const routeLimits: Readonly<Record<string, RateLimit>> = {
  'DELETE /users/{userId}': PEOPLE_RATE_LIMIT,
  'GET /users/{userId}/export': PEOPLE_RATE_LIMIT,
};

/** The HTTP API: throttled, logged, open to pages of pinned origins, with an authorizer that says who calls. */
export class ShopApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { settings, functions }: ShopApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `bazaarstream-${settings.stage}`,
      createDefaultStage: false,
      ...(settings.origins.length === 0 ? {} : { corsPreflight: corsOf(settings.origins) }),
    });
    this.stage = this.defaultStage(settings);
    const keyed = new HttpLambdaAuthorizer('KeyAuthorizer', functions.authorizer, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // A source that is missing would be a 401 of the gateway's, without asking: a key may come in one of several places,
      // and who sends none is told by the function what is needed. What has no source cannot be cached by the gateway.
      identitySource: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    const made: HttpRoute[] = [];
    for (const name of ['ingestion', 'recommend', 'catalogue', 'people'] as const) {
      const integration = new HttpLambdaIntegration(name, functions[name]);
      for (const { path, method, isKeyed } of routes[name]) {
        const route = { path, methods: [method], integration };
        const added = this.api.addRoutes(isKeyed ? { ...route, authorizer: keyed } : route);
        if (!isKeyed) for (const open of added) acknowledge(open, 'APIG4', OPEN_ROUTE);
        made.push(...added);
      }
    }
    this.holdRoutes(made);
  }

  /** The address of the API. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** A stage that names a route which is not there yet is refused; what it says of a route replaces all of the default. */
  private holdRoutes(made: readonly HttpRoute[]): void {
    const settings = Object.entries(routeLimits).map(([route, { perSecond, burst }]) => [
      route,
      { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst, DetailedMetricsEnabled: true },
    ]);
    (this.stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(settings);
    this.stage.node.addDependency(...made);
  }

  private defaultStage({ stage, throttle, logRetentionDays }: StageSettings): HttpStage {
    const log = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/apigateway/bazaarstream-${stage}`,
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst },
      detailedMetricsEnabled: true,
      accessLogSettings: { destination: new LogGroupLogDestination(log), format: ACCESS_LOG },
    });
  }
}

/** No credentials: keys travel in a header, cookies are not used. Methods for servers alone are not named. */
function corsOf(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
    allowHeaders: ['content-type', 'content-encoding', 'x-api-key', 'authorization', 'x-user-token'],
    exposeHeaders: ['retry-after'],
    maxAge: PREFLIGHT_MAX_AGE,
  };
}
