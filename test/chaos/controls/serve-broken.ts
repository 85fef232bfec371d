/**
 * `serve-broken.ts consumers|api`: a service whose promise is broken. Consumers commit before they store; the API answers
 * before the log has acknowledged.
 */
import { Kafka, logLevel } from 'kafkajs';
import type { EventRecord } from '../../../events/record.ts';
import { encodeRecord } from '../../../events/record.ts';
import { recordKey, topicOf } from '../../../events/topics.ts';
import type { EventPublisher } from '../../../ingestion/publisher.ts';
import { useNeonEndpoint } from '../../../local/neon/endpoint.ts';
import { serveApi } from '../../../local/processes/api.ts';
import { runConsumers } from '../../../local/processes/consumers.ts';
import { readChildSettings } from '../../../local/system/child-settings.ts';
import { createKafkaSource } from '../../../local/trigger/kafka-source.ts';
import type { LogSource } from '../../../local/trigger/source.ts';
import { createLocalChannel } from '../../../local/ways/channel.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';

/** What is answered for waits so long to be sent. */
const LINGER_MS = 200;

function committingFirst(source: LogSource): LogSource {
  return {
    consume: ({ group, topic, work }) =>
      source.consume({
        group,
        topic,
        work: async (batch, signal) => {
          const last = batch.records.at(-1);
          if (last !== undefined) await batch.commit(last);
          await work({ ...batch, commit: async () => undefined }, signal);
        },
      }),
  };
}

async function answeringFirst(brokers: string[]): Promise<EventPublisher> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  let waiting: EventRecord[] = [];
  const timer = setInterval(() => {
    const records = waiting;
    waiting = [];
    for (const record of records) {
      const message = { key: recordKey(record.event), value: encodeRecord(record) };
      producer.send({ topic: topicOf(record.event.type), acks: 0, messages: [message] }).catch(() => undefined);
    }
  }, LINGER_MS);
  return {
    publish: async (records) => void waiting.push(...records),
    close: async () => {
      clearInterval(timer);
      await producer.disconnect();
    },
  };
}

const settings = readChildSettings(process.env);
if (settings.neon !== undefined) useNeonEndpoint(settings.neon);
const { brokers, writerUrl } = settings;
const log = (message: string) => console.error(new Date().toISOString(), message);
const running = process.argv.includes('consumers')
  ? await runConsumers({
      source: committingFirst(createKafkaSource(brokers, log)),
      brokers,
      database: createNeonDatabase(writerUrl),
      log,
      observe: () => undefined,
    })
  : await serveApi(settings, {
      publisher: await answeringFirst(brokers),
      checks: {},
      channel: createLocalChannel(),
      putRecord: async () => undefined,
    });
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
process.send?.('ready');
