import { handle, type LambdaEvent } from 'hono/aws-lambda';
import * as z from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { callerByAuthorizer } from '../../platform/http/caller.ts';
import { gatewayAddressOf } from '../../platform/http/gateway-address.ts';
import { escapedPath } from '../../platform/http/gateway-path.ts';
import { createUserTokenVerifier, signingSecretsIn } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSecretReader } from '../../platform/secret.ts';
import { createFunctionDatabase } from '../../repositories/secret-database.ts';
import { createRecommendApp } from './app.ts';

const environment = readEnv(databaseEnv.extend({ SIGNING_SECRET_ARN: z.string().min(1) }));

/** Longer than the reader's statement_timeout (5 s), so that the database gives up first. */
const DATABASE_TIMEOUT_SECONDS = 7;

const readSigningSecrets = createSecretReader(environment.SIGNING_SECRET_ARN);

const app = createRecommendApp({
  database: createFunctionDatabase(environment, DATABASE_TIMEOUT_SECONDS),
  callerOf: callerByAuthorizer,
  userTokens: createUserTokenVerifier(async () => signingSecretsIn(await readSigningSecrets())),
  // The gateway answers preflights itself.
  pinnedOrigins: new Set(),
  addressOf: gatewayAddressOf,
  log: createLogger('recommend'),
});

const answer = handle(app);

/** The Lambda function behind the routes that recommend. */
export function handler(event: LambdaEvent): Promise<unknown> {
  return answer('rawPath' in event ? { ...event, rawPath: escapedPath(event.rawPath) } : event);
}
