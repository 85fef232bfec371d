import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { listSetting, readEnv } from '../platform/env.ts';
import { gatewayAddressOf, keysEnv, pinnedOriginsOf } from '../platform/http/gateway-env.ts';
import { createKeyring } from '../platform/http/keys.ts';
import { createLogger } from '../platform/logger.ts';
import { createIngestionApp } from './app.ts';
import { createKafkaHealth } from './kafka-health.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { apiDocument } from './openapi/document.ts';

const environment = readEnv(
  keysEnv.extend({
    KAFKA_BROKERS: listSetting.pipe(z.array(z.string()).min(1)),
    /** Addresses of the shop's own people: their events are stored and left out of every aggregate. */
    INTERNAL_ADDRESSES: listSetting.prefault(''),
    ALLOW_UNTRUSTED_PURCHASES: z.stringbool().default(false),
  }),
);

const kafka = { brokers: environment.KAFKA_BROKERS, clientId: 'ingestion' };

const app = createIngestionApp({
  publisher: createKafkaPublisher(kafka),
  checks: { log: createKafkaHealth(kafka).check },
  keyring: createKeyring(environment.KEY_ENTRIES),
  settings: {
    pinnedOrigins: pinnedOriginsOf(environment.KEY_ENTRIES),
    internalAddresses: new Set(environment.INTERNAL_ADDRESSES),
    allowUntrustedPurchases: environment.ALLOW_UNTRUSTED_PURCHASES,
  },
  log: createLogger('ingestion'),
  addressOf: gatewayAddressOf,
  document: apiDocument(),
});

/** The Lambda function behind `POST /events`. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
