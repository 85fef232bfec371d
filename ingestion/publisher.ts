import type { EventRecord } from '../events/record.ts';

/**
 * The port to the log. `publish` resolves only when every record is durable (acks=all) and throws
 * `LogUnavailableError`, within a bounded time, when that is not known; then none of the records may be called accepted.
 */
export interface EventPublisher {
  publish(records: readonly EventRecord[]): Promise<void>;
  close(): Promise<void>;
}
