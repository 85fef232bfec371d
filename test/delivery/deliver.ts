import type { MSKEvent } from 'aws-lambda';
import { type EventRecord, encodeRecord } from '../../events/record.ts';
import { type Topic, topicOf } from '../../events/topics.ts';
import { createConsumer } from '../../lambdas/consumer/create-consumer.ts';
import { cartEvents } from '../../lambdas/process-cart/projection.ts';
import { purchases } from '../../lambdas/process-purchase/projection.ts';
import { productViews } from '../../lambdas/process-view/projection.ts';
import type { Database } from '../../repositories/database.ts';
import { mskEvent, mskRecord } from './msk-event.ts';

export type Consumers = Record<Topic, (event: MSKEvent) => Promise<unknown>>;

const log = { info: () => undefined, warn: () => undefined };
const metrics = () => undefined;

/** The three production consumers on a database. */
export function consumersOn(database: Database): Consumers {
  return {
    product_views: createConsumer({ database, log, metrics, projection: productViews }),
    cart_events: createConsumer({ database, log, metrics, projection: cartEvents }),
    purchases: createConsumer({ database, log, metrics, projection: purchases }),
  };
}

/** How often and in which batches records come: an index for each delivery, cut at the given sizes. */
export type Schedule = { order: number[]; sizes: number[]; workers: number };

/** Delivers the records in the schedule's order, as batches by topic, to consumers that work side by side. */
export async function deliver(
  consumers: Consumers,
  records: readonly EventRecord[],
  schedule: Schedule,
): Promise<void> {
  const queue = batches(records, schedule);
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await consumers[next.topic](next.event);
  };
  await Promise.all(Array.from({ length: schedule.workers }, work));
}

function batches(records: readonly EventRecord[], { order, sizes }: Schedule): { topic: Topic; event: MSKEvent }[] {
  const made: { topic: Topic; event: MSKEvent }[] = [];
  let start = 0;
  for (let turn = 0; start < order.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const chunk = order.slice(start, start + size);
    start += size;
    for (const topic of ['product_views', 'cart_events', 'purchases'] as const) {
      const chosen = chunk.filter((index) => isOn(topic, records[index]));
      const values = chosen.map((index) => mskRecord(topic, index, encode(records[index])));
      if (values.length > 0) made.push({ topic, event: mskEvent(values) });
    }
  }
  return made;
}

const isOn = (topic: Topic, record: EventRecord | undefined) =>
  record !== undefined && topicOf(record.event.type) === topic;
const encode = (record: EventRecord | undefined) => (record === undefined ? null : encodeRecord(record));
