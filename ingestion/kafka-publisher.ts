import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { type EventRecord, encodeRecord } from '../events/record.ts';
import { recordKey, topicOf } from '../events/topics.ts';
import { LogUnavailableError, messageOf } from '../platform/errors.ts';
import { CLOSE_TIMEOUT_MS, connectKafka, type KafkaOptions } from './kafka-client.ts';
import { partitionByKey } from './partition-by-key.ts';
import { encodeProduceOurselves } from './produce-encoding.ts';
import type { EventPublisher } from './publisher.ts';
import { createReplaceableClient } from './replaceable-client.ts';

/** For one attempt with all that kafkajs does in it: connect, metadata, send. */
const ATTEMPT_TIMEOUT_MS = 8_000;
/**
 * Two tries there are always: a dead socket costs the first. More only as long as whoever waits for the answer is likely to:
 * a broker that restarts in order has handed over by then, one that died has to be missed first, for 9 s by default.
 */
const MIN_TRIES = 2;
const PATIENCE_MS = 4_000;
/** What a leader's move takes to be known to all brokers. None before the second try, then one, two, three of these. */
const RETRY_PAUSE_MS = 100;
/** For everything that one call publishes, so that the answer is given before API Gateway's 30 s. */
const PUBLISH_TIMEOUT_MS = 20_000;
/** Brokers take 1,048,588 bytes for one partition's part of a request (message.max.bytes). */
const MAX_REQUEST_BYTES = 1_000_000;
/** Lengths, offset and time beside a record's key and value; about 20 in the record format, version 2. */
const RECORD_OVERHEAD_BYTES = 64;
/** Of a record that no partition was chosen for. */
const NOT_CHOSEN = -1;

/**
 * Publishes with acks=all through kafkajs. What fails is sent again, all of it, with a new client; that may write records
 * twice, which the consumers do not count.
 */
export function createKafkaPublisher(options: KafkaOptions): EventPublisher {
  const producer = createReplaceableClient(() => connectKafka(options, createProducer));

  async function send(topicMessages: TopicMessages[], deadlineMs: number): Promise<void> {
    const timeoutMs = Math.min(ATTEMPT_TIMEOUT_MS, deadlineMs - Date.now());
    if (timeoutMs <= 0) throw new Error(`not done within ${PUBLISH_TIMEOUT_MS} ms`);
    await producer.attempt(async (client) => {
      assertAcknowledged(topicMessages, await client.sendBatch({ acks: -1, topicMessages }));
    }, timeoutMs);
  }

  async function sendUntilAcknowledged(topicMessages: TopicMessages[], deadlineMs: number): Promise<void> {
    const patienceEndMs = Math.min(Date.now() + PATIENCE_MS, deadlineMs);
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(topicMessages, deadlineMs);
      } catch (cause) {
        if (tries >= MIN_TRIES && Date.now() > patienceEndMs)
          throw new LogUnavailableError(`the log did not acknowledge: ${messageOf(cause)}`, { cause });
      }
      await sleep(RETRY_PAUSE_MS * (tries - 1));
    }
  }

  return {
    async publish(records) {
      const deadlineMs = Date.now() + PUBLISH_TIMEOUT_MS;
      for (const messages of requestsOf(records)) await sendUntilAcknowledged(messages, deadlineMs);
    },
    close: () => producer.close(CLOSE_TIMEOUT_MS),
  };
}

function createProducer(kafka: Kafka): Producer {
  encodeProduceOurselves();
  return kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: partitionByKey,
    // In its own next try kafkajs skips each broker that has answered, and with it the partitions that have moved there
    // since: it would resolve without having sent them (its pull request 1798).
    retry: { retries: 0 },
  });
}

/**
 * Throws unless each partition that a record was given is among those that were answered for: nothing is acknowledged on
 * kafkajs's word alone, which leaves out in silence what it holds for sent or has no metadata for.
 */
function assertAcknowledged(sent: readonly TopicMessages[], answers: readonly RecordMetadata[]): void {
  for (const { topic, messages } of sent) {
    const answered = new Set(answers.filter(({ topicName }) => topicName === topic).map(({ partition }) => partition));
    const missing = messages.find(({ partition = NOT_CHOSEN }) => !answered.has(partition));
    if (missing !== undefined) throw new Error(`no answer for ${topic}-${missing.partition}`);
  }
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
    // With its place from the start: a property that is added later costs an allocation for each record.
    messages.messages.push({ key, value, partition: NOT_CHOSEN });
    request?.set(topic, messages);
  }
  return requests.map((request) => [...request.values()]);
}
