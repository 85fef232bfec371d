import { uuidV5 } from '../../platform/uuid-v5.ts';
import { REPLAY_NAMESPACE } from './replay-namespace.ts';
import { type FileContext, type Format, parseCsvLine, type Row } from './row.ts';
import type { Line } from './source-file.ts';

/** The leading columns of the RetailRocket files; some copies carry a readable `datetime` after them. */
export const retailrocketColumns = ['timestamp', 'visitorid', 'event', 'itemid', 'transactionid'] as const;
const withDatetime = [...retailrocketColumns, 'datetime'] as const;
type Fields = Record<(typeof retailrocketColumns)[number], string>;

type Order = { readonly firstLine: number; readonly items: { product_id: string; quantity: 1; unit_price: '0' }[] };

/**
 * The RetailRocket files. A visitor is a user, nothing has a price (a bought item costs 0), and the rows of one
 * `transactionid` are one order, wherever they stand: `lines` is read once before the first event to gather them. The
 * order is sent in the place and with the time of its first row; the others are merged into it.
 */
export async function retailrocket(lines: AsyncIterable<Line>): Promise<Format> {
  const orders = new Map<string, Order>();
  let columns: readonly (typeof withDatetime)[number][] = retailrocketColumns;
  for await (const { line, text } of lines) {
    if (line === 1) columns = text.endsWith(',datetime') ? withDatetime : retailrocketColumns;
    else if (text.includes('transaction')) gather(orders, line, parseCsvLine(text, columns));
  }
  return { firstLine: 2, toRow: (line, file) => toRow(line, file, columns, orders) };
}

function gather(orders: Map<string, Order>, line: number, fields: Fields | string): void {
  if (typeof fields === 'string' || fields.event !== 'transaction') return;
  const orderId = orderIdOf(fields);
  const order = orders.get(orderId) ?? { firstLine: line, items: [] };
  order.items.push({ product_id: fields.itemid, quantity: 1, unit_price: '0' });
  orders.set(orderId, order);
}

/** Exports through a float column write 8693 as "8693.0"; both are the same order. */
function orderIdOf(fields: Fields): string {
  return fields.transactionid.replace(/\.0$/, '');
}

function toRow(
  { line, text }: Line,
  file: FileContext,
  columns: readonly (typeof withDatetime)[number][],
  orders: ReadonlyMap<string, Order>,
): Row {
  if (text === '') return { line, skip: 'blank' };
  const fields = parseCsvLine(text, columns);
  if (typeof fields === 'string') return { line, bad: fields };
  if (!/^\d{1,14}$/.test(fields.timestamp))
    return { line, bad: `timestamp is not in milliseconds: got ${fields.timestamp}` };
  const order = fields.event === 'transaction' ? orders.get(orderIdOf(fields)) : undefined;
  if (order !== undefined && order.firstLine !== line) return { line, skip: 'merged' };
  const details = detailsOf(fields, order, file.currency);
  if (details === undefined) return { line, bad: `event is unknown: got ${fields.event}` };
  const event = {
    ...details,
    event_id: uuidV5(REPLAY_NAMESPACE, `${file.digest}:${line}`),
    occurred_at: new Date(Number(fields.timestamp)).toISOString(),
    user_id: fields.visitorid,
  };
  return { line, event };
}

function detailsOf(fields: Fields, order: Order | undefined, currency: string): object | undefined {
  if (order !== undefined) return { type: 'purchase', order_id: orderIdOf(fields), currency, items: order.items };
  if (fields.event === 'view') return { type: 'product_view', product_id: fields.itemid };
  if (fields.event === 'addtocart') return { type: 'add_to_cart', product_id: fields.itemid, quantity: 1 };
  return undefined;
}
