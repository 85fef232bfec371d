import { encodeRecord } from '../../events/record.ts';
import { recordKey, topicOf } from '../../events/topics.ts';
import { type Products, shopRecords } from './shop-records.ts';
import type { Keyed } from './topics-of-records.ts';

/** Records of a shop by topic, as the API publishes them. */
export function shopTopics(count: number, products?: Products): Map<string, Keyed[]> {
  const topics = new Map<string, Keyed[]>();
  for (const record of shopRecords(count, products)) {
    const topic = topicOf(record.event.type);
    const keyed = topics.get(topic) ?? [];
    keyed.push({ key: recordKey(record.event), value: encodeRecord(record) });
    topics.set(topic, keyed);
  }
  return topics;
}
