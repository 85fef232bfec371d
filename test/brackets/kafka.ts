/**
 * Real Kafka for tests, started by the first test of the run that asks:
 *
 *   const brokers = await kafkaBrokers();          // undefined where this machine has no Kafka: test.skipIf(…)
 *   const topic = await createTopic(brokers, 3);   // a topic of its own, with a unique name
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { inject } from 'vitest';
import * as z from 'zod';
import { startKafkaInDocker } from '../../local/engines/kafka-docker.ts';
import { startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { chooseLog } from '../../local/engines/log.ts';
import { readPrivateJson, writePrivateJson } from '../../local/engines/private-file.ts';
import { createTopics } from '../../local/engines/topics.ts';
import { messageOf } from '../../platform/errors.ts';

const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;

/** What the test that started Kafka tells the others; neither field where there is no Kafka. */
const answerSchema = z.object({ brokers: z.array(z.string()).optional(), failure: z.string().optional() });
type Answer = z.output<typeof answerSchema>;

/** The brokers, with the production topics created; undefined where no real Kafka can be had. */
export async function kafkaBrokers(): Promise<string[] | undefined> {
  const folder = join(inject('runFolder'), 'kafka');
  const answerFile = `${folder}.brokers`;
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) await writePrivateJson(answerFile, await start(folder).catch(failureOf));
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
    const answer = await readPrivateJson(answerFile, answerSchema);
    if (answer?.failure !== undefined) throw new Error(answer.failure);
    if (answer !== undefined) return answer.brokers;
    await sleep(POLL_MS);
  }
  throw new Error(`kafka did not start within ${START_TIMEOUT_MS} ms`);
}

function failureOf(error: unknown): Answer {
  return { failure: messageOf(error) };
}

async function start(folder: string): Promise<Answer> {
  const plan = await chooseLog('auto');
  if (plan.kind === 'embedded') return {};
  const brokers = await brokersOf(plan.kind, plan.brokers, folder);
  await createTopics(brokers);
  return { brokers };
}

async function brokersOf(kind: 'external' | 'docker' | 'jvm', known: string[], folder: string): Promise<string[]> {
  if (kind === 'external') return known;
  return (await (kind === 'docker' ? startKafkaInDocker({ folder }) : startKafkaOnJvm({ folder }))).brokers;
}

/** Creates a topic that no other test uses. */
export async function createTopic(brokers: string[], partitions = 1): Promise<string> {
  const topic = `test-${randomUUID()}`;
  const admin = new Kafka({ brokers, logLevel: logLevel.ERROR }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
  } finally {
    await admin.disconnect();
  }
  return topic;
}
