import * as z from 'zod';
import type { Topic } from '../../events/topics.ts';
import { readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { functionKafka, kafkaEnv } from '../function-kafka.ts';
import { connectKafka } from '../kafka-client.ts';
import { createMissingTopics } from './create-topics.ts';

const environment = readEnv(kafkaEnv.extend({ REPLICATION_FACTOR: z.coerce.number().int().min(1) }));
const log = createLogger('create-topics');
/** A cluster makes 36 partitions with three copies each, and says so when all stand. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The Lambda function that makes the topics at deploy, in a Kafka that no resource of AWS stands for. */
export async function handler(): Promise<{ created: Topic[] }> {
  const options = { ...functionKafka(environment, 'create-topics'), requestTimeout: REQUEST_TIMEOUT_MS };
  const admin = await connectKafka(options, (kafka) => kafka.admin());
  try {
    const created = await createMissingTopics(admin, environment.REPLICATION_FACTOR);
    log.info('topics stand', { created });
    return { created };
  } finally {
    await admin.disconnect();
  }
}
