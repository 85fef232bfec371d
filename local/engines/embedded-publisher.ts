import { encodeRecord } from '../../events/record.ts';
import { recordKey, topicOf } from '../../events/topics.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';
import { LogUnavailableError, messageOf } from '../../platform/errors.ts';
import type { EmbeddedLog } from './embedded-log.ts';

/** The publisher port over the embedded log; closing it leaves the log open for its consumers. */
export function createEmbeddedPublisher(log: EmbeddedLog): EventPublisher {
  let isClosed = false;
  return {
    async publish(records) {
      if (isClosed) throw new LogUnavailableError('the publisher is closed');
      const encoded = records.map((record) => ({
        topic: topicOf(record.event.type),
        key: recordKey(record.event),
        value: encodeRecord(record),
      }));
      await log.append(encoded).catch((cause: unknown) => {
        throw new LogUnavailableError(`the embedded log did not take the records: ${messageOf(cause)}`, { cause });
      });
    },
    async close() {
      isClosed = true;
    },
  };
}
