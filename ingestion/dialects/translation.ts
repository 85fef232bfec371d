import type { Submission } from '../accept-batch.ts';
import type { VerdictCode } from '../verdict.ts';

/** What was changed or left out so that an event could be taken. */
export const warningCodes = [
  'price_without_currency',
  'currency_defaulted',
  'amount_rounded',
  'revenue_above_lines',
  'discount_differs',
  'name_as_product_id',
  'field_cut',
  'field_dropped',
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** `path` names a field of our event; it is told to the sender in the sender's own names. */
export type Note = { code: WarningCode; message: string; path: string };

/** One event that an entry of a request becomes, still to be judged by the schemas. */
export type Draft = Submission & {
  /** Where in the entry its product stands, e.g. `params.items.2`; undefined where it stands for the whole entry. */
  at?: string;
  notes: readonly Note[];
};

/** What an entry means here: nothing, events, or that it is broken in a way that no event could show. */
export type Translation =
  | { kind: 'ignored' }
  | { kind: 'refused'; code: VerdictCode; message: string; path: string }
  | { kind: 'events'; drafts: readonly Draft[] };

/** What a dialect calls the fields of our events, as paths within an entry. */
export type Names = {
  fields: Readonly<Record<string, string>>;
  /** Where the products of an order stand, and what their fields are called. */
  products: string;
  product: Readonly<Record<string, string>>;
};

/** A path of our event in the sender's names, e.g. `items.0.unit_price` as `params.items.0.price`. */
export function senderPath(path: string, { fields, products, product }: Names, at?: string): string {
  const [head = '', place, ...rest] = path.split('.');
  if (head === 'items' && place !== undefined)
    return [products, place, ...rest.map((name) => product[name] ?? name)].join('.');
  if (at !== undefined && head in product) return `${at}.${product[head]}`;
  return fields[path] ?? fields[head] ?? path;
}
