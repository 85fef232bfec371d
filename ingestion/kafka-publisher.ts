import type { Kafka, Producer, TopicMessages } from 'kafkajs';
import { type EventRecord, encodeRecord } from '../events/record.ts';
import { recordKey, topicOf } from '../events/topics.ts';
import { LogUnavailableError, messageOf } from '../platform/errors.ts';
import { CLOSE_TIMEOUT_MS, connectKafka, type KafkaOptions } from './kafka-client.ts';
import { partitionByKey } from './partition-by-key.ts';
import { encodeProduceOurselves } from './produce-encoding.ts';
import type { EventPublisher } from './publisher.ts';
import { createReplaceableClient } from './replaceable-client.ts';

/** For one attempt with all that kafkajs does in it (connect, metadata, one retry). */
const ATTEMPT_TIMEOUT_MS = 8_000;
/** For everything that one call publishes, so that the answer is given before API Gateway's 30 s. */
const PUBLISH_TIMEOUT_MS = 20_000;
/** Brokers take 1,048,588 bytes for one partition's part of a request (message.max.bytes). */
const MAX_REQUEST_BYTES = 1_000_000;
/** Lengths, offset and time beside a record's key and value; about 20 in the record format, version 2. */
const RECORD_OVERHEAD_BYTES = 64;

/**
 * Publishes with acks=all through kafkajs. What fails is sent once more with a new client; that may write records twice,
 * which the consumers do not count.
 */
export function createKafkaPublisher(options: KafkaOptions): EventPublisher {
  const producer = createReplaceableClient(() => connectKafka(options, createProducer));

  async function send(topicMessages: TopicMessages[], deadlineMs: number): Promise<void> {
    const timeoutMs = Math.min(ATTEMPT_TIMEOUT_MS, deadlineMs - Date.now());
    if (timeoutMs <= 0) throw new Error(`not done within ${PUBLISH_TIMEOUT_MS} ms`);
    await producer.attempt((client) => client.sendBatch({ acks: -1, topicMessages }), timeoutMs);
  }

  return {
    async publish(records) {
      const deadlineMs = Date.now() + PUBLISH_TIMEOUT_MS;
      for (const messages of requestsOf(records)) {
        await send(messages, deadlineMs)
          .catch(() => send(messages, deadlineMs))
          .catch((error: unknown) => {
            throw new LogUnavailableError(`the log did not acknowledge: ${messageOf(error)}`, { cause: error });
          });
      }
    },
    close: () => producer.close(CLOSE_TIMEOUT_MS),
  };
}

function createProducer(kafka: Kafka): Producer {
  encodeProduceOurselves();
  return kafka.producer({ allowAutoTopicCreation: false, createPartitioner: partitionByKey });
}

/** The records as requests of bounded size, in their order. */
function requestsOf(records: readonly EventRecord[]): TopicMessages[][] {
  const requests: Map<string, TopicMessages>[] = [];
  let room = 0;
  for (const record of records) {
    const [key, value] = [recordKey(record.event), encodeRecord(record)];
    const bytes = Buffer.byteLength(value) + Buffer.byteLength(key) + RECORD_OVERHEAD_BYTES;
    if (bytes > room) {
      requests.push(new Map());
      room = MAX_REQUEST_BYTES;
    }
    room -= bytes;
    const request = requests.at(-1);
    const topic = topicOf(record.event.type);
    const messages = request?.get(topic) ?? { topic, messages: [] };
    messages.messages.push({ key, value });
    request?.set(topic, messages);
  }
  return requests.map((request) => [...request.values()]);
}
