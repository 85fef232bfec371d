import { MAX_CONTEXT_CHARS, MAX_ID_CHARS, MAX_TEXT_CHARS } from '../../events/limits.ts';
import { idOf, type Loose, quantityOf, textOf, withoutUndefined } from './loose.ts';
import type { Note } from './translation.ts';

/** A product as a dialect names it, in our words and still as loose as it came. */
export type LooseProduct = {
  id: unknown;
  name: unknown;
  /** From the widest to the narrowest. */
  categories: readonly unknown[];
  brand: unknown;
  price: unknown;
  quantity: unknown;
  currency: unknown;
};

/** Amounts of an order, as loose as they came. */
export type LooseOrder = {
  id: unknown;
  currency: unknown;
  /** After discounts, before tax and shipping: what revenue means here. */
  net: unknown;
  /** Before tax and shipping; senders disagree whether a discount is in it. */
  revenue: unknown;
  /** With tax and shipping. */
  total: unknown;
  discount: unknown;
  tax: unknown;
  shipping: unknown;
};

/** Who did it, when and where, as fields of our events. */
export type Surroundings = {
  event_id: string | undefined;
  occurred_at: unknown;
  user_id: unknown;
  anonymous_id: unknown;
  session_id: unknown;
  page_url: unknown;
  referrer: unknown;
  user_agent: unknown;
  locale: unknown;
};

/** Separates the parts of a category's path. */
const CATEGORY_SEPARATOR = '/';

/** The fields that events of every type share. What merely surrounds the event is cut or left out, never refused. */
export function sharedFields(from: Surroundings, notes: Note[]): Loose {
  const context = withoutUndefined({
    page_url: label(from.page_url, 'context.page_url', notes, MAX_CONTEXT_CHARS),
    referrer: label(from.referrer, 'context.referrer', notes, MAX_CONTEXT_CHARS),
    user_agent: label(from.user_agent, 'context.user_agent', notes, MAX_CONTEXT_CHARS),
    locale: label(from.locale, 'context.locale', notes, MAX_ID_CHARS),
  });
  return withoutUndefined({
    event_id: from.occurred_at === undefined ? undefined : from.event_id,
    occurred_at: from.event_id === undefined ? undefined : from.occurred_at,
    user_id: idOf(from.user_id),
    anonymous_id: idOf(from.anonymous_id),
    session_id: surroundingId(from.session_id, 'session_id', notes),
    context: Object.keys(context).length === 0 ? undefined : context,
  });
}

/** An id without which the event still stands: left out where it cannot be stored, since a part of an id is another id. */
export function surroundingId(value: unknown, path: string, notes: Note[]): string | undefined {
  if (value === undefined) return undefined;
  const id = idOf(value);
  if (typeof id === 'string' && id.length <= MAX_ID_CHARS && id.isWellFormed() && !id.includes('\u0000')) return id;
  notes.push({ code: 'field_dropped', message: `is no id of 1 to ${MAX_ID_CHARS} characters; left out`, path });
  return undefined;
}

/** Which product it is: the id, or the name where that is all there is. */
export function productId({ id, name }: LooseProduct, path: string, notes: Note[]): unknown {
  if (id !== undefined || name === undefined) return idOf(id);
  notes.push({ code: 'name_as_product_id', message: 'has no id; its name was taken as the id', path });
  return idOf(name);
}

/** What a view says of its product beside the price. */
export function attributes({ name, categories, brand }: LooseProduct, notes: Note[]): Loose {
  const path = categories.map((part) => textOf(part, MAX_TEXT_CHARS)).filter((part) => part !== undefined);
  return {
    name: label(name, 'name', notes, MAX_TEXT_CHARS),
    category: label(path.length === 0 ? undefined : path.join(CATEGORY_SEPARATOR), 'category', notes, MAX_TEXT_CHARS),
    brand: label(brand, 'brand', notes, MAX_TEXT_CHARS),
  };
}

/** A line of a cart or an order, without its price. */
export function line(product: LooseProduct, path: string, notes: Note[]): Loose {
  return { product_id: productId(product, path, notes), quantity: quantityOf(product.quantity) };
}

function label(value: unknown, path: string, notes: Note[], maxChars: number): string | undefined {
  const text = textOf(value, maxChars);
  if (value !== undefined && value !== null && value !== '' && text === undefined)
    notes.push({ code: 'field_dropped', message: 'is no text; left out', path });
  if (text !== undefined && text.length < String(value).trim().length)
    notes.push({ code: 'field_cut', message: `was cut to ${maxChars} characters`, path });
  return text;
}
