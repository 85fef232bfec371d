import * as z from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { databaseOn } from '../../repositories/neon-database.ts';
import { withFunctionSession } from '../../repositories/secret-database.ts';
import { type Maintained, maintain } from './maintain.ts';
import { recordDeadLetters } from './record-dead-letters.ts';
import { recordModelAge } from './record-model-age.ts';

const environment = readEnv(databaseEnv.extend({ RETENTION_DAYS: z.coerce.number().int().positive() }));
const log = createLogger('maintain');
const metrics = createMetrics('maintain');

/** The Lambda function that makes partitions ahead, empties the default ones, drops expired ones, and looks how old the model and the dead letters are, once a day. */
export async function handler(): Promise<Maintained> {
  const maintained = await withFunctionSession(environment, async (session) => {
    const database = databaseOn(session);
    const done = await maintain(database, { retentionDays: environment.RETENTION_DAYS, now: new Date() });
    await recordModelAge(database, metrics);
    await recordDeadLetters(database, metrics);
    return done;
  });
  log.info('partitions are maintained', maintained);
  return maintained;
}
