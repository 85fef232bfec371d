import type { Admin } from 'kafkajs';
import { type Topic, topicNames, topics } from '../../events/topics.ts';

/** A write is acknowledged when it stands on more than one broker, where there are so many. */
const MIN_IN_SYNC = 2;

/**
 * Creates the topics that do not exist, with their partitions and retention, and waits until they can be written to;
 * what exists is left as it is.
 *
 * @param replicationFactor copies of each record; the brokers' own default when absent
 * @returns the names of those that it created
 */
export async function createMissingTopics(admin: Admin, replicationFactor?: number): Promise<Topic[]> {
  const existing = await admin.listTopics();
  const missing = topicNames.filter((topic) => !existing.includes(topic));
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map((topic) => ({
      topic,
      numPartitions: topics[topic].partitions,
      ...(replicationFactor === undefined ? {} : { replicationFactor }),
      configEntries: [
        { name: 'retention.ms', value: String(topics[topic].retentionMs) },
        ...(replicationFactor === undefined
          ? []
          : [{ name: 'min.insync.replicas', value: String(Math.min(MIN_IN_SYNC, replicationFactor)) }]),
      ],
    })),
  });
  return missing;
}
