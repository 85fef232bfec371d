import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { topicNames } from '../../events/topics.ts';
import { createMissingTopics } from '../../ingestion/create-topics/create-topics.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const WARM_UP_MS = 10_000;
const POLL_MS = 100;

/** Creates the topics that do not exist yet, with their partitions and retention; what exists is left as it is. */
export async function createTopics(brokers: string[]): Promise<void> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, requestTimeout: REQUEST_TIMEOUT_MS });
  const admin = kafka.admin();
  await admin.connect();
  try {
    await createMissingTopics(admin);
    await warmUpGroups(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * The first question about a group makes the broker create its offsets topic, or load it: better to wait for that here
 * than in every consumer.
 */
export async function warmUpGroups(admin: Admin): Promise<void> {
  for (let waitedMs = 0; waitedMs < WARM_UP_MS; waitedMs += POLL_MS) {
    const question = admin.fetchOffsets({ groupId: 'first-question', topics: [...topicNames] });
    const isWarm = await question.then(
      () => true,
      () => false,
    );
    if (isWarm) return;
    await sleep(POLL_MS);
  }
}
