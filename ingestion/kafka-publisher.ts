import { Kafka, type KafkaConfig, logLevel, Partitioners, type Producer, type TopicMessages } from 'kafkajs';
import { type EventRecord, encodeRecord } from '../events/record.ts';
import { recordKey, topicOf } from '../events/topics.ts';
import { LogUnavailableError, messageOf } from '../platform/errors.ts';
import type { EventPublisher } from './publisher.ts';

/** A broker answers in milliseconds; what takes longer than this is a dead socket. */
const REQUEST_TIMEOUT_MS = 2_500;
const CONNECT_TIMEOUT_MS = 2_000;
/** For one attempt with all that kafkajs does in it (connect, metadata, one retry). Two attempts fit an API's 30 s. */
const ATTEMPT_TIMEOUT_MS = 8_000;
/** Brokers take 1,048,588 bytes for one partition's part of a request (message.max.bytes); headers need some of it. */
const MAX_REQUEST_BYTES = 900_000;

export type KafkaPublisherOptions = Pick<KafkaConfig, 'brokers' | 'clientId' | 'ssl' | 'sasl'>;

/**
 * Publishes with acks=all through kafkajs.
 *
 * kafkajs never replaces a half-open socket (its issue 919): every later send on it fails. So each attempt is bounded, a
 * client that failed is dropped whole, and the records are sent once more with a new one. That may write them twice, which
 * the consumers do not count.
 */
export function createKafkaPublisher(options: KafkaPublisherOptions): EventPublisher {
  let current: Promise<Producer> | undefined;

  async function attempt(messages: TopicMessages[]): Promise<void> {
    const connecting = current ?? connect(options);
    current = connecting;
    try {
      await bounded(connecting.then((producer) => producer.sendBatch({ acks: -1, topicMessages: messages })));
    } catch (error) {
      if (current === connecting) current = undefined;
      void connecting.then((producer) => producer.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  return {
    async publish(records) {
      for (const messages of requestsOf(records)) {
        await attempt(messages)
          .catch(() => attempt(messages))
          .catch((error: unknown) => {
            throw new LogUnavailableError(`the log did not acknowledge: ${messageOf(error)}`, { cause: error });
          });
      }
    },
    async close() {
      const producer = await current?.catch(() => undefined);
      current = undefined;
      await producer?.disconnect();
    },
  };
}

async function connect(options: KafkaPublisherOptions): Promise<Producer> {
  const kafka = new Kafka({
    ...options,
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { retries: 1, initialRetryTime: 100 },
  });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}

async function bounded<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ATTEMPT_TIMEOUT_MS} ms`)), ATTEMPT_TIMEOUT_MS);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** The records as requests of bounded size, in their order. */
function requestsOf(records: readonly EventRecord[]): TopicMessages[][] {
  const requests: Map<string, TopicMessages>[] = [];
  let room = 0;
  for (const record of records) {
    const value = encodeRecord(record);
    const bytes = Buffer.byteLength(value);
    if (bytes > room) {
      requests.push(new Map());
      room = MAX_REQUEST_BYTES;
    }
    room -= bytes;
    const request = requests.at(-1);
    const topic = topicOf(record.event.type);
    const messages = request?.get(topic) ?? { topic, messages: [] };
    messages.messages.push({ key: recordKey(record.event), value });
    request?.set(topic, messages);
  }
  return requests.map((request) => [...request.values()]);
}
