import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { z } from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createKeyring, keyEntrySchema } from '../../platform/http/keys.ts';
import { createUserTokenVerifier, signingSecretsSchema } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { createRecommendApp } from './app.ts';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
const environment = readEnv(
  databaseEnv.extend({ KEY_ENTRIES: json(z.array(keyEntrySchema)), SIGNING_SECRETS: json(signingSecretsSchema) }),
);

const app = createRecommendApp({
  database: createNeonDatabase(environment.DATABASE_URL),
  keyring: createKeyring(environment.KEY_ENTRIES),
  userTokens: createUserTokenVerifier(environment.SIGNING_SECRETS),
  pinnedOrigins: new Set(environment.KEY_ENTRIES.flatMap(({ origins }) => origins)),
  // API Gateway writes the last address of this header itself; what stands before it is the client's word.
  addressOf: (request) => request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown',
  log: createLogger('recommend'),
});

/** The Lambda function behind the routes that recommend. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
