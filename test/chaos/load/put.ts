import { Kafka, logLevel } from 'kafkajs';
import { type EventRecord, encodeRecord, parseRecord } from '../../../events/record.ts';
import { recordKey, type Topic, topicOf } from '../../../events/topics.ts';
import type { Ledger, SentEvent } from './ledger.ts';

/** The value of a record, and what it is to the ledger. */
export type Put = { value: string | Buffer | null; event?: SentEvent; isPoison: boolean };

/** Puts values into one partition, in this order and in one request, past the API; the log's acks=all is the promise. */
export async function putInto(
  { brokers, ledger }: { brokers: string[]; ledger: Ledger },
  { topic, partition }: { topic: Topic; partition: number },
  puts: readonly Put[],
): Promise<void> {
  await withProducer(brokers, async (producer) => {
    const messages = puts.map(({ value }) => ({ value, partition, key: 'put' }));
    const [answer] = await producer.send({ topic, acks: -1, messages });
    const first = Number(answer?.baseOffset);
    for (const [index, { event, isPoison }] of puts.entries()) {
      if (isPoison) ledger.poison.add(`${topic}-${partition}-${first + index}`);
      if (event !== undefined) ledger.acknowledge([event], [], 0);
      if (event !== undefined) ledger.send([event]);
    }
  });
}

/** Puts events that were received at times of their own, as they would stand in the log since then. */
export async function putReceived(
  { brokers, ledger }: { brokers: string[]; ledger: Ledger },
  events: readonly SentEvent[],
  receivedAt: (event: SentEvent) => string,
): Promise<void> {
  const records = events.map((event) => trustedRecord(event, receivedAt(event)));
  for (const { event, stamp } of records) ledger.receivedAt.set(event.event_id, stamp.received_at);
  ledger.send(events);
  await withProducer(brokers, async (producer) => {
    const topicMessages = Map.groupBy(records, ({ event }) => topicOf(event.type)).entries();
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...topicMessages].map(([topic, own]) => ({
        topic,
        messages: own.map((record) => ({ key: recordKey(record.event), value: encodeRecord(record) })),
      })),
    });
  });
  ledger.acknowledge(events, [], 0);
}

/** The record that the API would make of it under the shop's secret key. */
export function trustedRecord(event: SentEvent, receivedAt: string): EventRecord {
  const parsed = parseRecord({ ...event, source: 'shop', trusted: true, received_at: receivedAt });
  if (!parsed.success) throw new Error(`not an event: ${parsed.issues[0]?.message}`);
  return parsed.data;
}

async function withProducer(
  brokers: string[],
  work: (producer: ReturnType<Kafka['producer']>) => Promise<void>,
): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  try {
    await work(producer);
  } finally {
    await producer.disconnect();
  }
}
