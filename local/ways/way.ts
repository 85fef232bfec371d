import type { EventRecord } from '../../events/record.ts';
import type { StoredRow } from './stored-rows.ts';

/** How far an event has come. `*_ms` are milliseconds since `received_ms`, which is milliseconds since 1970. */
export type Way = {
  readonly event_id: string;
  readonly type: string;
  /** The product or order that it is about. */
  readonly subject: string | null;
  /** A known crawler's: it is stored and left out of every aggregate. */
  readonly is_bot: boolean;
  /** Somebody else's, shown so that something is to be seen. */
  readonly is_sample: boolean;
  readonly received_ms: number;
  readonly validated_ms: number;
  acknowledged_ms?: number;
  topic?: string;
  failure?: string;
  place?: { topic: string; partition: number; offset: string };
  function?: { name: string; size: number; from_ms: number; to_ms: number; has_failed: boolean };
  row?: StoredRow & { seen_ms: number };
};

/** A way with what is needed to follow it and not told. */
export type TracedWay = { way: Way; record: EventRecord; visitors: readonly string[] };

/** An event that has just been validated. */
export function beginWay(
  record: EventRecord,
  visitors: readonly string[],
  isSample: boolean,
  receivedMs: number,
  validatedMs: number,
): TracedWay {
  const { event } = record;
  const way = {
    event_id: event.event_id,
    type: event.type,
    subject: 'product_id' in event ? event.product_id : 'order_id' in event ? event.order_id : null,
    is_bot: record.stamp.is_bot,
    is_sample: isSample,
    received_ms: receivedMs,
    validated_ms: validatedMs - receivedMs,
  };
  return { way, record, visitors };
}
