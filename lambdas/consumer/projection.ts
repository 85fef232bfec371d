import type { EventType, ShopEvent } from '../../events/event.ts';
import type { EventRecord } from '../../events/record.ts';
import type { Topic } from '../../events/topics.ts';
import type { Statement } from '../../repositories/database.ts';
import type { RawTable } from '../../repositories/partitions.repository.ts';

/** An event with the place of its record, and the record's bytes for the case that the database refuses it. */
export type Incoming<E extends ShopEvent = ShopEvent> = {
  record: EventRecord<E>;
  topic: string;
  partition: number;
  offset: string;
  payload: Buffer;
};

export type EventOf<T extends EventType> = Extract<ShopEvent, { type: T }>;

/**
 * How one topic becomes rows. `statements` are one transaction; running them again with the same batch changes nothing.
 * The statement at `outcomeIndex` returns one row with the counts `inserted` and `conflicts`.
 */
export type Projection<T extends EventType = EventType> = {
  topic: Topic;
  table: RawTable;
  types: readonly T[];
  statements(batch: readonly Incoming<EventOf<T>>[]): { statements: Statement[]; outcomeIndex: number };
};
