import { setImmediate } from 'node:timers/promises';
import { type Consumer, type EachBatchPayload, Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import type { LogSource, SourceBatch, SourceRecord } from './source.ts';

/** A consumer that died is replaced after this long; brokers allow no less by default. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_INTERVAL_MS = 1_000;
/** A broker answers in milliseconds, a fetch within the wait below; what takes longer is a dead socket. */
const REQUEST_TIMEOUT_MS = 5_000;
/** kafkajs never replaces a half-open socket while it retries (its issue 919); a consumer that starts again has a new one. */
const RETRIES_BEFORE_RESTART = 1;
/** The broker answers at once when there is a record; this bounds the wait when there is none. */
const MAX_WAIT_MS = 100;
/** All of a topic's: their records are gathered into common invocations behind this. */
const PARTITIONS_AT_ONCE = 12;

/** Reads topics from Kafka, with a consumer group for each function. `log` gets a line for each loss of the broker. */
export function createKafkaSource(brokers: string[], log: (message: string) => void): LogSource {
  return {
    async consume({ group, topic, work }) {
      const kafka = new Kafka({
        clientId: group,
        brokers,
        logLevel: logLevel.NOTHING,
        requestTimeout: REQUEST_TIMEOUT_MS,
      });
      const consumer = kafka.consumer({
        groupId: group,
        sessionTimeout: SESSION_TIMEOUT_MS,
        rebalanceTimeout: SESSION_TIMEOUT_MS,
        heartbeatInterval: HEARTBEAT_INTERVAL_MS,
        maxWaitTimeInMs: MAX_WAIT_MS,
        minBytes: 1,
        // A broker that restarts must not end the consumer, however long it takes.
        retry: {
          initialRetryTime: 100,
          maxRetryTime: 2_000,
          retries: RETRIES_BEFORE_RESTART,
          restartOnFailure: async () => true,
        },
      });
      const stopping = new AbortController();
      const commit = createCommit();
      consumer.on(consumer.events.CRASH, ({ payload }) => log(`${group} reads again after: ${payload.error.message}`));
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => workBatch(payload, work, stopping.signal, commit),
      });
      return { stop: () => stop(consumer, stopping) };
    },
  };
}

async function stop(consumer: Consumer, stopping: AbortController): Promise<void> {
  stopping.abort();
  await consumer.disconnect();
}

async function workBatch(
  payload: EachBatchPayload,
  work: (batch: SourceBatch, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  commit: Commit,
): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  let lost: unknown;
  const pulse = setInterval(() => {
    payload.heartbeat().catch((error: unknown) => {
      lost = error;
    });
  }, HEARTBEAT_INTERVAL_MS);
  const assertOwned = () => {
    if (lost !== undefined) throw lost;
    if (payload.isStale()) throw new Error(`partition ${topic}-${partition} was sought elsewhere`);
  };
  try {
    const records = messages.map((message) => toRecord(topic, partition, message));
    await work({ records, assertOwned, commit: (record) => commit(payload, record) }, signal);
    await payload.heartbeat();
  } finally {
    clearInterval(pulse);
  }
}

type Commit = (payload: EachBatchPayload, record: SourceRecord) => Promise<void>;

/**
 * Commits what several partitions have done at the same time in one request: a fetch goes on only when all its partitions are
 * done, and a broker answers a consumer's requests one by one.
 */
function createCommit(): Commit {
  let offsets: { partition: number; offset: string }[] = [];
  let committed: Promise<void> | undefined;

  async function flush({ batch: { topic }, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    await setImmediate();
    const partitions = offsets;
    [offsets, committed] = [[], undefined];
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
  }

  return function commit(payload, { partition, offset }) {
    payload.resolveOffset(offset);
    offsets.push({ partition, offset: String(BigInt(offset) + 1n) });
    committed ??= flush(payload);
    return committed;
  };
}

function toRecord(topic: string, partition: number, message: KafkaMessage): SourceRecord {
  const headers = Object.entries(message.headers ?? {}).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => ({ name, value: Buffer.from(value) })),
  );
  const { offset, timestamp, key, value } = message;
  return { topic, partition, offset, timestampMs: Number(timestamp), key, value, headers };
}
