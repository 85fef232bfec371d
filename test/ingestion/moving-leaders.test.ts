import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { expect, onTestFinished, test } from 'vitest';
import { topicNames } from '../../events/topics.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import { hasJavaAndMaven } from '../../local/engines/kafka-jars.ts';
import { warmUpGroups } from '../../local/engines/topics.ts';
import { startBrokers } from '../brackets/brokers.ts';
import { readTopics } from './kafka-reader.ts';
import { idsOf, recordOf } from './publisher-contract.ts';

const FIRST = 1;
const SECOND = 2;
const TOPIC = 'product_views';
const USERS = 40;

/** A cluster of two brokers; the topic has a partition on each. */
async function twoBrokers() {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-brokers-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { direct: brokers, stop } = await startBrokers({ folder, count: 2, log: () => undefined });
  onTestFinished(stop);
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const replicaAssignment = [FIRST, SECOND].map((broker, partition) => ({ partition, replicas: [broker] }));
  const configEntries = [{ name: 'min.insync.replicas', value: '1' }];
  await admin.createTopics({ topics: topicNames.map((topic) => ({ topic, replicaAssignment, configEntries })) });
  await expect.poll(() => leadersOf(admin)).toEqual([FIRST, SECOND]);
  await warmUpGroups(admin);
  return { brokers, admin };
}

async function leadersOf(admin: Admin): Promise<number[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
  const partitions = topics.flatMap((topic) => topic.partitions);
  return partitions.sort((one, other) => one.partitionId - other.partitionId).map(({ leader }) => leader);
}

async function moveSecondPartition(admin: Admin): Promise<void> {
  const partitionAssignment = [{ partition: 1, replicas: [FIRST] }];
  await admin.alterPartitionReassignments({ topics: [{ topic: TOPIC, partitionAssignment }] });
  await expect.poll(() => leadersOf(admin), { timeout: 20_000 }).toEqual([FIRST, FIRST]);
}

test.skipIf(!(await hasJavaAndMaven()))(
  'holds every record whose partition moves to a broker that has already taken its part of the request',
  async () => {
    const { brokers, admin } = await twoBrokers();
    const publisher = createKafkaPublisher({ brokers, clientId: 'moving-leaders' });
    onTestFinished(() => publisher.close());
    await publisher.publish([recordOf(randomUUID())]);
    await moveSecondPartition(admin);
    const records = Array.from({ length: USERS }, () => recordOf(randomUUID()));
    await publisher.publish(records);
    const found = await readTopics(brokers);
    const missing = records.filter(({ event }) => !idsOf(found, event.user_id ?? '').includes(event.event_id));
    expect(missing.length).toBe(0);
  },
  180_000,
);
