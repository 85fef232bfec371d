import { encodeRecord } from '../../events/record.ts';
import { recordKey, topicOf } from '../../events/topics.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';
import { importRival } from '../engines/npm-rivals.ts';

type Message = { topic: string; key: string; value: string };
type Producer = { send(options: { acks: number; messages: Message[] }): Promise<unknown>; close(): Promise<void> };
type Module = { Producer: new (options: object) => Producer; stringSerializers: object };

const REQUEST_TIMEOUT_MS = 2_500;

/** The publisher port on `@platformatic/kafka`: what it would take to change clients, without our bounds and resends. */
export async function createPlatformaticPublisher(brokers: string[]): Promise<EventPublisher> {
  const { Producer, stringSerializers } = (await importRival('@platformatic/kafka')) as Module;
  const producer = new Producer({
    clientId: 'ingestion',
    bootstrapBrokers: brokers,
    serializers: stringSerializers,
    requestTimeout: REQUEST_TIMEOUT_MS,
    autocreateTopics: false,
  });
  return {
    async publish(records) {
      const messages = records.map((record) => ({
        topic: topicOf(record.event.type),
        key: recordKey(record.event),
        value: encodeRecord(record),
      }));
      await producer.send({ acks: -1, messages });
    },
    close: () => producer.close(),
  };
}
