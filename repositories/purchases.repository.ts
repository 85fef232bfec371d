import type { Purchase, Refund } from '../events/event.ts';
import type { EventRecord } from '../events/record.ts';
import { arraysOf, type Columns } from './columns.ts';
import type { Statement } from './database.ts';
import { type EventRow, eventColumns, eventRow } from './event-row.ts';
import { rawInsert, rawOutcome } from './raw-insert.ts';

/** A purchase or refund with the place of its record in the topic. */
export type PlacedOrderEvent = { record: EventRecord<Purchase | Refund>; partition: number; offset: string };

type PurchaseRow = EventRow & {
  type: string;
  order_id: string;
  currency: string;
  items: string | null;
  discount: string | null;
  tax: string | null;
  shipping: string | null;
  amount: string | null;
  topic_partition: number;
  topic_offset: string;
};

const purchaseColumns: Columns<PurchaseRow> = {
  ...eventColumns,
  type: 'text',
  order_id: 'text',
  currency: 'text',
  items: 'jsonb',
  discount: 'numeric',
  tax: 'numeric',
  shipping: 'numeric',
  amount: 'numeric',
  topic_partition: 'integer',
  topic_offset: 'bigint',
};

function purchaseRow({ record, partition, offset }: PlacedOrderEvent): PurchaseRow {
  const { event } = record;
  const purchase = event.type === 'purchase' ? event : undefined;
  return {
    ...eventRow(record),
    type: event.type,
    order_id: event.order_id,
    currency: event.currency,
    items: event.items === undefined ? null : JSON.stringify(event.items),
    discount: purchase?.discount ?? null,
    tax: purchase?.tax ?? null,
    shipping: purchase?.shipping ?? null,
    amount: event.type === 'refund' ? (event.amount ?? null) : null,
    topic_partition: partition,
    topic_offset: offset,
  };
}

const INSERT_NEW_PURCHASES = `${rawInsert('raw_purchases', purchaseColumns)}
  ${rawOutcome('raw_purchases')}`;

/** Stores purchases and refunds that are not there yet. What they mean is settled per order afterwards. */
export function insertNewPurchases(events: readonly PlacedOrderEvent[]): Statement {
  return { text: INSERT_NEW_PURCHASES, params: arraysOf(purchaseColumns, events.map(purchaseRow)) };
}
