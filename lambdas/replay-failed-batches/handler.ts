import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { topicNames } from '../../events/topics.ts';
import { jsonSetting, readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createInvoke, LONGEST_INVOCATION_MS } from './invoke-function.ts';
import { type ReplayCounts, replayFailedBatches } from './replay.ts';
import { createS3BatchStore, STORE_TIMEOUT_MS } from './s3-batch-store.ts';

const environment = readEnv(
  z.object({
    FAILED_BATCH_BUCKET: z.string().min(1),
    /** The name of each topic's consumer. No other function is ever called, whatever an object says. */
    CONSUMER_FUNCTIONS: jsonSetting(z.record(z.enum(topicNames), z.string().min(1))),
  }),
);

const log = createLogger('replay-failed-batches');
const metrics = createMetrics('replay-failed-batches');
const store = createS3BatchStore(new S3Client(), environment.FAILED_BATCH_BUCKET);
const invoke = createInvoke(new LambdaClient(), environment.CONSUMER_FUNCTIONS);

/** The Lambda function that replays failed batches, on a schedule or when somebody invokes it; it answers the counts. */
export async function handler(
  _event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<ReplayCounts> {
  const counts = await replayFailedBatches({
    store,
    invoke,
    log,
    remainingMs: () => context.getRemainingTimeInMillis(),
    longestStepMs: LONGEST_INVOCATION_MS + 2 * STORE_TIMEOUT_MS,
  });
  const { replayed, waiting, unreadable } = counts;
  metrics({ failed_batches_replayed: replayed, failed_batches_waiting: waiting + unreadable });
  return counts;
}
