import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';

/** A broker answers in milliseconds; what takes longer than this is a dead socket. */
const REQUEST_TIMEOUT_MS = 2_500;
const CONNECT_TIMEOUT_MS = 2_000;
/** Time to end a connection politely; beyond it the socket is left to the system. */
export const CLOSE_TIMEOUT_MS = 2_000;

export type KafkaOptions = Pick<KafkaConfig, 'brokers' | 'clientId' | 'ssl' | 'sasl' | 'socketFactory'>;

/** A Kafka client that waits briefly and says what failed, instead of retrying for minutes. */
export function createKafka(options: KafkaOptions): Kafka {
  return new Kafka({
    ...options,
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { retries: 1, initialRetryTime: 100 },
  });
}
