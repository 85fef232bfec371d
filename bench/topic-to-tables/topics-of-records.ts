import { type Admin, Kafka, logLevel, Partitioners, type TopicMessages } from 'kafkajs';
import { topicNames } from '../../events/topics.ts';
import { createTopics } from '../../local/engines/topics.ts';

export type Keyed = { key: string; value: string };

/** Under the brokers' bound for one request, whatever the record. */
const RECORDS_PER_REQUEST = 400;
const REQUEST_TIMEOUT_MS = 30_000;

/** A client that waits as long as a busy machine needs. */
export function kafkaOf(brokers: string[]): Kafka {
  return new Kafka({ brokers, clientId: 'bench', logLevel: logLevel.NOTHING, requestTimeout: REQUEST_TIMEOUT_MS });
}

/** Runs `work` with a client that answers questions about topics and groups. */
export async function withAdmin<T>(brokers: string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Writes each topic's records, in their order and by key over the first `partitions` of its partitions. */
export async function fillTopics(
  brokers: string[],
  records: ReadonlyMap<string, readonly Keyed[]>,
  partitions: number,
): Promise<void> {
  const producer = kafkaOf(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const place = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] },
  }));
  await producer.connect();
  try {
    for (const [topic, all] of records)
      for (let start = 0; start < all.length; start += RECORDS_PER_REQUEST) {
        const messages = all
          .slice(start, start + RECORDS_PER_REQUEST)
          .map((message) => ({ ...message, partition: place({ topic, partitionMetadata, message }) }));
        const topicMessages: TopicMessages[] = [{ topic, messages }];
        await producer.sendBatch({ acks: -1, topicMessages });
      }
  } finally {
    await producer.disconnect();
  }
}

const DELETION_MS = 30_000;

/** Drops what stands in the topics of the contract, and makes them anew. */
export async function emptyTopics(brokers: string[]): Promise<void> {
  await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [...topicNames], timeout: DELETION_MS }));
  await createTopics(brokers);
}
