import * as z from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { withFunctionSession } from '../../repositories/secret-database.ts';
import { type Maintained, maintain } from './maintain.ts';

const environment = readEnv(databaseEnv.extend({ RETENTION_DAYS: z.coerce.number().int().positive() }));
const log = createLogger('maintain');
const metrics = createMetrics('maintain');

/** The Lambda function that makes partitions ahead and drops expired ones, once a day. */
export async function handler(): Promise<Maintained> {
  const maintained = await withFunctionSession(environment, (session) =>
    maintain(
      { query: ({ text, params }) => session.query(text, [...params]) },
      { retentionDays: environment.RETENTION_DAYS, now: new Date() },
    ),
  );
  metrics({ partitions_dropped: maintained.dropped.length });
  log.info('partitions are maintained', maintained);
  return maintained;
}
