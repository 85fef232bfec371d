import { topicNames } from '../events/topics.ts';
import type { HealthCheck } from '../platform/http/health.ts';
import { CLOSE_TIMEOUT_MS, createKafka, type KafkaOptions } from './kafka-client.ts';
import { createReplaceableClient } from './replaceable-client.ts';

const CHECK_TIMEOUT_MS = 3_000;
/** Anyone may ask for the state: however many ask, the brokers are asked once in this time. */
const FRESH_MS = 1_000;

export type KafkaHealth = { check: HealthCheck; close(): Promise<void> };

/** Whether the brokers answer and know the three topics. */
export function createKafkaHealth(options: KafkaOptions): KafkaHealth {
  const admin = createReplaceableClient(async () => {
    const client = createKafka(options).admin();
    await client.connect();
    return client;
  });
  let latest: { answer: Promise<unknown>; untilMs: number } | undefined;
  return {
    check() {
      if (latest !== undefined && Date.now() < latest.untilMs) return latest.answer;
      const answer = admin.attempt(
        (client) => client.fetchTopicMetadata({ topics: [...topicNames] }),
        CHECK_TIMEOUT_MS,
      );
      latest = { answer, untilMs: Date.now() + FRESH_MS };
      return answer;
    },
    close: () => admin.close(CLOSE_TIMEOUT_MS),
  };
}
