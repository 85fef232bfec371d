import { topicNames } from '../events/topics.ts';
import type { HealthCheck } from '../platform/http/health.ts';
import { CLOSE_TIMEOUT_MS, connectKafka, type KafkaOptions } from './kafka-client.ts';
import { createReplaceableClient } from './replaceable-client.ts';

const CHECK_TIMEOUT_MS = 3_000;

export type KafkaHealth = { check: HealthCheck; close(): Promise<void> };

/** Whether the brokers answer and know the three topics. */
export function createKafkaHealth(options: KafkaOptions): KafkaHealth {
  const admin = createReplaceableClient(() => connectKafka(options, (kafka) => kafka.admin()));
  return {
    check: () => admin.attempt((client) => client.fetchTopicMetadata({ topics: [...topicNames] }), CHECK_TIMEOUT_MS),
    close: () => admin.close(CLOSE_TIMEOUT_MS),
  };
}
