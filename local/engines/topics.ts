import { Kafka, logLevel } from 'kafkajs';
import { topicNames, topics } from '../../events/topics.ts';

const REQUEST_TIMEOUT_MS = 10_000;

const missingFrom = (existing: readonly string[]) => topicNames.filter((topic) => !existing.includes(topic));

/** Creates the topics that do not exist yet, with their partitions and retention; what exists is left as it is. */
export async function createTopics(brokers: string[]): Promise<void> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, requestTimeout: REQUEST_TIMEOUT_MS });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = await admin.listTopics();
    await admin.createTopics({
      waitForLeaders: true,
      topics: missingFrom(existing).map((topic) => ({
        topic,
        numPartitions: topics[topic].partitions,
        configEntries: [{ name: 'retention.ms', value: String(topics[topic].retentionMs) }],
      })),
    });
    // The first question about a group makes the broker create its offsets topic: better here than in every consumer.
    await admin.fetchOffsets({ groupId: 'first-question', topics: [...topicNames] });
  } finally {
    await admin.disconnect();
  }
}
