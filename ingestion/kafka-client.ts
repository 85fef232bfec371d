import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { KafkaSecurity } from './kafka-security.ts';

/** A broker answers in milliseconds; what takes longer than this is a dead socket. */
const REQUEST_TIMEOUT_MS = 2_500;
/** For TCP and TLS together. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Who waits for another's connecting waits for twice the above and this: 8 s, as long as an attempt may take. */
const AUTHENTICATION_TIMEOUT_MS = 4_000;
/**
 * How long before a session's end the next request authenticates first. kafkajs's own 10 s are fatal: MSK ends a session
 * with the credentials it came from, which may be in seconds, then each request would authenticate, and brokers refuse
 * that twice within a second (KIP-368). A request that comes too late costs a new connection, nothing more.
 */
const REAUTHENTICATION_THRESHOLD_MS = 1_000;
/** Time to end a connection politely; beyond it the socket is left to the system. */
export const CLOSE_TIMEOUT_MS = 2_000;

export type KafkaOptions = Pick<KafkaConfig, 'brokers' | 'clientId' | 'socketFactory' | 'requestTimeout'> & {
  /** Asked for each new client; plaintext without it. */
  security?: () => Promise<KafkaSecurity>;
};

type Client = { connect(): Promise<void>; disconnect(): Promise<void> };

/**
 * Connects a client that waits briefly and says what failed, instead of retrying for minutes. Rejects with what kafkajs
 * or `security` rejects with; then nothing of it stays open.
 */
export async function connectKafka<C extends Client>(options: KafkaOptions, create: (kafka: Kafka) => C): Promise<C> {
  const { security, ...config } = options;
  const client = create(
    new Kafka({
      requestTimeout: REQUEST_TIMEOUT_MS,
      ...config,
      ...(await security?.()),
      logLevel: logLevel.NOTHING,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
      reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS,
      enforceRequestTimeout: true,
      retry: { retries: 1, initialRetryTime: 100 },
    }),
  );
  await client.connect().catch((error: unknown) => {
    // kafkajs leaves the socket of a client that was not let in open, and brokers do so for ten minutes.
    void client.disconnect().catch(() => undefined);
    throw error;
  });
  return client;
}
