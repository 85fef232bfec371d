import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { databaseEnv } from '../../platform/database-env.ts';
import { jsonSetting, readEnv } from '../../platform/env.ts';
import { gatewayAddressOf, keysEnv, pinnedOriginsOf } from '../../platform/http/gateway-env.ts';
import { createKeyring } from '../../platform/http/keys.ts';
import { createUserTokenVerifier, signingSecretsSchema } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { createRecommendApp } from './app.ts';

const environment = readEnv(
  databaseEnv.extend(keysEnv.shape).extend({ SIGNING_SECRETS: jsonSetting(signingSecretsSchema) }),
);

/** Longer than the reader's statement_timeout (5 s), so that the database gives up first. */
const DATABASE_TIMEOUT_SECONDS = 7;

const app = createRecommendApp({
  database: createNeonDatabase(environment.DATABASE_URL, DATABASE_TIMEOUT_SECONDS),
  keyring: createKeyring(environment.KEY_ENTRIES),
  userTokens: createUserTokenVerifier(environment.SIGNING_SECRETS),
  pinnedOrigins: pinnedOriginsOf(environment.KEY_ENTRIES),
  addressOf: gatewayAddressOf,
  log: createLogger('recommend'),
});

/** The Lambda function behind the routes that recommend. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
