import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { callerByAuthorizer } from '../../platform/http/caller.ts';
import { escapedPath } from '../../platform/http/gateway-path.ts';
import { createLogger } from '../../platform/logger.ts';
import { createFunctionDatabase } from '../../repositories/secret-database.ts';
import { createPeopleApp } from './app.ts';

/** Longer than the role's statement_timeout (12 s), so that the database gives up first. */
const DATABASE_TIMEOUT_SECONDS = 13;

const answer = handle(
  createPeopleApp({
    database: createFunctionDatabase(readEnv(databaseEnv), DATABASE_TIMEOUT_SECONDS),
    callerOf: callerByAuthorizer,
    log: createLogger('people'),
  }),
);

/** The Lambda function that erases and exports. */
export function handler(event: LambdaEvent): Promise<unknown> {
  return answer('rawPath' in event ? { ...event, rawPath: escapedPath(event.rawPath) } : event);
}
