import { availableParallelism } from 'node:os';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { withFunctionSession } from '../../repositories/secret-database.ts';
import { train } from './train.ts';

const environment = readEnv(databaseEnv.extend({ TRAINING_WINDOW_DAYS: z.coerce.number().int().positive() }));
const log = createLogger('train');
const metrics = createMetrics('train');

/** The Lambda function that trains the model, with a thread for each processor that it has. */
export async function handler(
  _event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<TrainingOutcome> {
  const remainingMs = context.getRemainingTimeInMillis();
  return withFunctionSession(environment, (session) =>
    train(session, {
      ...{ remainingMs, threads: availableParallelism(), windowDays: environment.TRAINING_WINDOW_DAYS },
      ...{ log, metrics },
    }),
  );
}
