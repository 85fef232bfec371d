import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { callerByAuthorizer } from '../../platform/http/caller.ts';
import { createLogger } from '../../platform/logger.ts';
import { createFunctionDatabase } from '../../repositories/secret-database.ts';
import { createCatalogueApp } from './app.ts';

/** Longer than Neon's proxy waits (15 s), so that the database gives up first. */
const DATABASE_TIMEOUT_SECONDS = 17;

const app = createCatalogueApp({
  database: createFunctionDatabase(readEnv(databaseEnv), DATABASE_TIMEOUT_SECONDS),
  callerOf: callerByAuthorizer,
  log: createLogger('catalogue'),
});

/** The Lambda function behind `PUT /products`. */
export const handler: (event: LambdaEvent) => Promise<unknown> = handle(app);
