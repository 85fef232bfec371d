import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createFunctionDatabase } from '../../repositories/secret-database.ts';
import { createConsumer } from '../consumer/create-consumer.ts';
import { productViews } from './projection.ts';

/** The Lambda function that works off its topic's records. */
export const handler = createConsumer({
  database: createFunctionDatabase(readEnv(databaseEnv)),
  log: createLogger('process-view'),
  metrics: createMetrics('process-view'),
  projection: productViews,
});
