import { uuidV5 } from '../../platform/uuid-v5.ts';
import { REPLAY_NAMESPACE } from './replay-namespace.ts';
import { type FileContext, type Format, parseCsvLine, type Row } from './row.ts';
import type { Line } from './source-file.ts';

export const rees46Columns = [
  'event_time',
  'event_type',
  'product_id',
  'category_id',
  'category_code',
  'brand',
  'price',
  'user_id',
  'user_session',
] as const;
type Fields = Record<(typeof rees46Columns)[number], string>;

/** A row without a session may end before its last comma. */
const OPTIONAL_COLUMNS = 1;

const UTC_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/;

/**
 * The public REES46 shop files. They name no currency, order or quantity: the currency comes from an option, a quantity
 * is 1, and each purchase row is an order of its own, named by file and line.
 */
export const rees46: Format = { firstLine: 2, toRow };

function toRow({ line, text }: Line, file: FileContext): Row {
  if (text === '') return { line, skip: 'blank' };
  const fields = parseCsvLine(text, rees46Columns, OPTIONAL_COLUMNS);
  if (typeof fields === 'string') return { line, bad: fields };
  const time = UTC_TIME.exec(fields.event_time);
  if (time === null) return { line, bad: `event_time is not like 2019-10-01 00:00:00 UTC: got ${fields.event_time}` };
  const details = detailsOf(fields, file, line);
  if (details === undefined) return { line, bad: `event_type is unknown: got ${fields.event_type}` };
  const event = {
    ...details,
    event_id: uuidV5(REPLAY_NAMESPACE, `${file.digest}:${line}`),
    occurred_at: `${time[1]}T${time[2]}Z`,
    user_id: fields.user_id,
    ...whenPresent('session_id', fields.user_session),
  };
  return { line, event };
}

function detailsOf(fields: Fields, file: FileContext, line: number): object | undefined {
  const product = { product_id: fields.product_id };
  const price = fields.price === '' ? {} : { unit_price: fields.price, currency: file.currency };
  switch (fields.event_type) {
    case 'view': {
      const attributes = { ...whenPresent('category', fields.category_code), ...whenPresent('brand', fields.brand) };
      return { type: 'product_view', ...product, ...attributes, ...price };
    }
    case 'cart':
      return { type: 'add_to_cart', ...product, quantity: 1, ...price };
    case 'remove_from_cart':
      return { type: 'remove_from_cart', ...product, quantity: 1, ...price };
    case 'purchase':
      return {
        type: 'purchase',
        order_id: `rees46-${file.digest.slice(0, 12)}-${line}`,
        currency: file.currency,
        items: [{ ...product, quantity: 1, unit_price: fields.price }],
      };
    default:
      return undefined;
  }
}

function whenPresent(field: string, value: string): object {
  return value === '' ? {} : { [field]: value };
}
