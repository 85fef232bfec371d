import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import * as fields from '../events/fields.ts';
import { jsonSetting, listSetting, readEnv } from '../platform/env.ts';
import { callerByAuthorizer } from '../platform/http/caller.ts';
import { gatewayAddressOf } from '../platform/http/gateway-address.ts';
import { createLogger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createIngestionApp } from './app.ts';
import { functionKafka, kafkaEnv } from './function-kafka.ts';
import { createKafkaHealth } from './kafka-health.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { apiDocument } from './openapi/document.ts';

const environment = readEnv(
  kafkaEnv.extend({
    /** Addresses of the shop's own people: their events are stored and left out of every aggregate. */
    INTERNAL_ADDRESSES: listSetting.prefault(''),
    ALLOW_UNTRUSTED_PURCHASES: z.stringbool().default(false),
    /** By source: the currency of prices that come without one. */
    DEFAULT_CURRENCIES: jsonSetting(z.record(fields.id, fields.currency)).prefault('{}'),
  }),
);

const kafka = functionKafka(environment, 'ingestion');

const app = createIngestionApp({
  publisher: createKafkaPublisher(kafka),
  checks: { log: createKafkaHealth(kafka).check },
  callerOf: callerByAuthorizer,
  settings: {
    // The gateway answers preflights itself.
    pinnedOrigins: new Set(),
    internalAddresses: new Set(environment.INTERNAL_ADDRESSES),
    allowUntrustedPurchases: environment.ALLOW_UNTRUSTED_PURCHASES,
    defaultCurrencies: environment.DEFAULT_CURRENCIES,
  },
  log: createLogger('ingestion'),
  metrics: createMetrics('ingestion'),
  addressOf: gatewayAddressOf,
  document: apiDocument(),
});

/** The Lambda function behind `POST /events` and its dialects. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
