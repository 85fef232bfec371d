import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { createConsumer } from '../consumer/create-consumer.ts';
import { cartEvents } from './projection.ts';

/** The Lambda function that works off its topic's records. */
export const handler = createConsumer({
  database: createNeonDatabase(readEnv(databaseEnv).DATABASE_URL),
  log: createLogger('process-cart'),
  projection: cartEvents,
});
