import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { z } from 'zod';
import { readEnv } from '../platform/env.ts';
import { createKeyring, keyEntrySchema } from '../platform/http/keys.ts';
import { createLogger } from '../platform/logger.ts';
import { createIngestionApp } from './app.ts';
import { createKafkaHealth } from './kafka-health.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { apiDocument } from './openapi/document.ts';

const environment = readEnv(
  z.object({
    KAFKA_BROKERS: z.string().transform((brokers) => brokers.split(',')),
    /** Digests of keys with their class, source and pinned origins, as JSON; never a key. */
    KEY_ENTRIES: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(z.array(keyEntrySchema)),
  }),
);

const kafka = { brokers: environment.KAFKA_BROKERS, clientId: 'ingestion' };

const app = createIngestionApp({
  publisher: createKafkaPublisher(kafka),
  checks: { log: createKafkaHealth(kafka).check },
  keyring: createKeyring(environment.KEY_ENTRIES),
  settings: { pinnedOrigins: new Set(environment.KEY_ENTRIES.flatMap(({ origins }) => origins)) },
  log: createLogger('ingestion'),
  // API Gateway writes the last address of this header itself; what stands before it is the client's word.
  addressOf: (request) => request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown',
  document: apiDocument(),
});

/** The Lambda function behind `POST /events`. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
