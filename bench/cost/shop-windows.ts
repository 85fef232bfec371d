import { encodeRecord } from '../../events/record.ts';
import { recordKey, type Topic, topicNames, topicOf, topics } from '../../events/topics.ts';
import { toMskEvent } from '../../local/trigger/msk-event.ts';
import type { SourceRecord } from '../../local/trigger/source.ts';
import { shopRecords } from '../topic-to-tables/shop-records.ts';

/** What a function gets of one window: the text that Lambda hands over. */
export type Batch = { topic: Topic; events: number; text: string };

/** A visitor and a product that were in the shop lately. */
export type Seen = { visitor: string; product: string };

/** A shop's events in the order in which they happened. */
export type Shop = {
  /** The next events as their topics' consumers get them, when so many of them come in one batching window. */
  nextWindow(events: number): Batch[];
  /** Who was in the shop at the end of what was taken. */
  seenLately(): Seen[];
};

const LATELY_EVENTS = 5_000;

/** A shop with so many events. */
export function openShop(events: number): Shop {
  const records = shopRecords(events);
  let taken = 0;
  return {
    nextWindow(size) {
      const window = records.slice(taken, taken + size);
      if (window.length < size) throw new Error(`the shop has ${events} events; wanted: ${taken + size}`);
      taken += size;
      const byTopic = Map.groupBy(window, ({ event }) => topicOf(event.type));
      return topicNames.flatMap((topic) => {
        const of = byTopic.get(topic) ?? [];
        if (of.length === 0) return [];
        const sources = of.map((record, nth): SourceRecord => {
          const key = recordKey(record.event);
          const place = { topic, partition: nth % topics[topic].partitions, offset: String(taken + nth) };
          const timestampMs = Date.parse(record.stamp.received_at);
          const value = Buffer.from(encodeRecord(record));
          return { ...place, timestampMs, key: Buffer.from(key), value, headers: [] };
        });
        return [{ topic, events: of.length, text: JSON.stringify(toMskEvent(sources, [])) }];
      });
    },
    seenLately: () =>
      records
        .slice(Math.max(0, taken - LATELY_EVENTS), taken)
        .flatMap(({ event }) =>
          'product_id' in event ? [{ visitor: recordKey(event), product: event.product_id }] : [],
        ),
  };
}
