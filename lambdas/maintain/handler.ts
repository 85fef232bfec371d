import * as z from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { databaseOn } from '../../repositories/neon-database.ts';
import { withFunctionSession } from '../../repositories/secret-database.ts';
import { type Maintained, maintain } from './maintain.ts';

const environment = readEnv(databaseEnv.extend({ RETENTION_DAYS: z.coerce.number().int().positive() }));
const log = createLogger('maintain');

/** The Lambda function that makes partitions ahead and drops expired ones, once a day. */
export async function handler(): Promise<Maintained> {
  const maintained = await withFunctionSession(environment, (session) =>
    maintain(databaseOn(session), { retentionDays: environment.RETENTION_DAYS, now: new Date() }),
  );
  log.info('partitions are maintained', maintained);
  return maintained;
}
