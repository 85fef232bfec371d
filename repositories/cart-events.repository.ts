import type { CartEvent } from '../events/event.ts';
import type { EventRecord } from '../events/record.ts';
import { arraysOf, type Columns } from './columns.ts';
import type { Statement } from './database.ts';
import { type EventRow, eventColumns, eventRow } from './event-row.ts';
import { PERSON, PERSON_JOIN, rawInsert, rawOutcome, sessionUpsert } from './raw-insert.ts';

type CartRow = EventRow & {
  type: string;
  product_id: string | null;
  quantity: number | null;
  unit_price: string | null;
  currency: string | null;
  cart_id: string | null;
};

const cartColumns: Columns<CartRow> = {
  ...eventColumns,
  type: 'text',
  product_id: 'text',
  quantity: 'integer',
  unit_price: 'numeric',
  currency: 'text',
  cart_id: 'text',
};

function cartRow(record: EventRecord<CartEvent>): CartRow {
  const { event } = record;
  const line = event.type === 'add_to_cart' || event.type === 'remove_from_cart' ? event : undefined;
  return {
    ...eventRow(record),
    type: event.type,
    product_id: line?.product_id ?? null,
    quantity: line?.quantity ?? null,
    unit_price: line?.unit_price ?? null,
    currency: line?.currency ?? null,
    cart_id: event.type === 'identify' ? null : (event.cart_id ?? null),
  };
}

const count = (type: string) => `count(*) filter (where e.type = '${type}')`;

/** A cart is folded in order of time; a row that comes behind what was folded already sends its person's cart back. */
const LATE_CARTS = `update persons p set cart_stale = true
    from (
      select ${PERSON}, e.event_at, case e.type when 'add_to_cart' then 1 when 'remove_from_cart' then 2 else 3 end as rank,
        e.event_id, e.source
      from inserted e
      ${PERSON_JOIN}
      where e.type in ('add_to_cart', 'remove_from_cart', 'clear_cart') and not e.is_bot
    ) m
    where p.user_id = m.user_id and p.is_anonymous = m.is_anonymous
      and (m.event_at, m.rank, m.event_id, m.source) <= (p.cart_at, p.cart_rank, p.cart_event_id, p.cart_source)`;

const INSERT_NEW_CART_EVENTS = `${rawInsert('raw_cart_events', cartColumns)},
  counted as (
    insert into product_popularity as p (product_id, hour, cart_adds)
    select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from inserted
    where type = 'add_to_cart' and not is_bot
    group by 1, 2
    order by 1, 2
    on conflict (product_id, hour) do update set cart_adds = p.cart_adds + excluded.cart_adds
    returning 1
  ),
  seen as (
    ${sessionUpsert({ views: '0', cartAdds: count('add_to_cart'), checkouts: count('begin_checkout') }, 'counted')}
  ),
  late as (
    ${LATE_CARTS}
  )
  ${rawOutcome('raw_cart_events')}`;

/** Stores cart events that are not there yet, counts them, and marks the carts that they come too late for. */
export function insertNewCartEvents(records: readonly EventRecord<CartEvent>[]): Statement {
  return { text: INSERT_NEW_CART_EVENTS, params: arraysOf(cartColumns, records.map(cartRow)) };
}
