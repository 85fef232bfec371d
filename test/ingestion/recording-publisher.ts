import type { EventRecord } from '../../events/record.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';

/** A log in memory, to see what an app publishes; it can be told to fail. */
export function recordingPublisher(): EventPublisher & { records: EventRecord[]; failure: Error | undefined } {
  const records: EventRecord[] = [];
  const publisher = {
    records,
    failure: undefined as Error | undefined,
    publish: async (batch: readonly EventRecord[]) => {
      if (publisher.failure !== undefined) throw publisher.failure;
      records.push(...batch);
    },
    close: async () => undefined,
  };
  return publisher;
}
