import { connectKafka } from '../../ingestion/kafka-client.ts';
import type { EmbeddedLog } from './embedded-log.ts';

const TOPIC = 'product_views';
const KEY = 'somebody';

/** Puts a record into a topic as it is, past the API and its schemas. Rejects when the log does not take it. */
export type PutRecord = (value: string) => Promise<void>;

/** For the rare record: connects for each. */
export function putIntoKafka(brokers: string[]): PutRecord {
  return async function putRecord(value) {
    const producer = await connectKafka({ brokers, clientId: 'by-hand' }, (kafka) => kafka.producer());
    try {
      await producer.send({ topic: TOPIC, acks: -1, messages: [{ key: KEY, value }] });
    } finally {
      await producer.disconnect();
    }
  };
}

/** The same for the embedded log. */
export function putIntoEmbeddedLog(log: EmbeddedLog): PutRecord {
  return (value) => log.append([{ topic: TOPIC, key: KEY, value }]);
}
