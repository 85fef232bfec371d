import type { Purchase, Refund } from '../../events/event.ts';
import type { EventRecord } from '../../events/record.ts';
import { compareKeys, eventAt } from './people.ts';

export type Line = { line: number; product_id: string; quantity: number; refunded: number; cents: number };
export type SettledOrder = {
  order_id: string;
  winner: EventRecord<Purchase> | undefined;
  lines: Line[];
  revenue: number;
  refunds: { at: number; cents: number }[];
  waiting: number;
};

const cents = (decimal: string | undefined) => Math.round(Number(decimal ?? 0) * 100);
const order = (record: EventRecord) => [
  record.stamp.trusted ? 0 : 1,
  eventAt(record),
  record.stamp.source,
  record.event.event_id,
];

/** Settles every order, one refund after the other, the way a shop's bookkeeper would. */
export function settle(records: readonly EventRecord[]): SettledOrder[] {
  const purchases = records.filter((r): r is EventRecord<Purchase> => r.event.type === 'purchase');
  const refunds = records.filter((r): r is EventRecord<Refund> => r.event.type === 'refund' && r.stamp.trusted);
  const ids = new Set([...purchases, ...refunds].map(({ event }) => event.order_id));
  return [...ids].map((id) => {
    const byTime = (a: EventRecord, b: EventRecord) => compareKeys(order(a), order(b));
    const winner = purchases.filter(({ event }) => event.order_id === id).sort(byTime)[0];
    return settleOne(id, winner, refunds.filter(({ event }) => event.order_id === id).sort(byTime));
  });
}

function settleOne(
  order_id: string,
  winner: EventRecord<Purchase> | undefined,
  refunds: EventRecord<Refund>[],
): SettledOrder {
  const lines = (winner?.event.items ?? []).map((item, index) => ({
    line: index + 1,
    product_id: item.product_id,
    quantity: item.quantity,
    refunded: 0,
    cents: cents(item.unit_price),
  }));
  const total = lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  const settled: SettledOrder = {
    order_id,
    winner,
    lines,
    revenue: total - cents(winner?.event.discount),
    refunds: [],
    waiting: 0,
  };
  if (winner?.stamp.trusted !== true) return { ...settled, waiting: refunds.length };
  let left = settled.revenue;
  for (const refund of refunds.filter(({ event }) => event.currency === winner.event.currency)) {
    const taken = Math.min(left, asks(refund.event, lines, settled.revenue));
    left -= taken;
    settled.refunds.push({ at: eventAt(refund), cents: taken });
  }
  return settled;
}

/** What a refund asks for in cents; takes the units that it names from the lines. */
function asks(refund: Refund, lines: Line[], revenue: number): number {
  if (refund.amount !== undefined) return cents(refund.amount);
  if (refund.items === undefined) {
    for (const line of lines) line.refunded = line.quantity;
    return revenue;
  }
  let asked = 0;
  for (const item of refund.items) {
    let open = item.quantity;
    for (const line of lines.filter(({ product_id }) => product_id === item.product_id)) {
      const units = Math.min(open, line.quantity - line.refunded);
      line.refunded += units;
      open -= units;
      asked += units * line.cents;
    }
  }
  return asked;
}
