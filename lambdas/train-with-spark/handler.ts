import { availableParallelism } from 'node:os';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import type { TrainingOutcome } from '../../ml/training/training-run.ts';
import { databaseEnv } from '../../platform/database-env.ts';
import { jsonSetting, readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { withFunctionSession } from '../../repositories/secret-database.ts';
import { jobEndOf, sparkJobSchema, startSparkJob } from './spark-job.ts';
import { endTraining, startTraining } from './train-with-spark.ts';

const environment = readEnv(
  databaseEnv.extend({
    TRAINING_WINDOW_DAYS: z.coerce.number().int().positive(),
    SPARK_JOB: jsonSetting(sparkJobSchema),
  }),
);
const log = createLogger('train');
const metrics = createMetrics('train');

/**
 * The Lambda function that trains with Spark: started by the clock it plans a run and starts its job, and told of the job's
 * end it finishes the model. Returns the version that was started, or what came of it.
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<string | TrainingOutcome | undefined> {
  const end = jobEndOf(event);
  const options = {
    ...{ remainingMs: context.getRemainingTimeInMillis(), threads: availableParallelism(), log, metrics },
    windowDays: environment.TRAINING_WINDOW_DAYS,
    startJob: (modelVersion: string) =>
      startSparkJob(environment.SPARK_JOB, modelVersion, environment.DATABASE_SECRET_ARN),
  };
  return withFunctionSession<string | TrainingOutcome | undefined>(environment, (session) =>
    end === undefined ? startTraining(session, options) : endTraining(session, end, options),
  );
}
