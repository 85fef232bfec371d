import { firstOf, idOf, isObject, type Loose, objectOf } from './loose.ts';
import { type EntryFrame, productDraft, purchaseDraft, refundDraft } from './shop-events.ts';
import { type LooseProduct, sharedFields } from './shop-fields.ts';
import { createContentIds, idOfPart } from './stable-id.ts';
import type { Draft, Names, Note, Translation } from './translation.ts';

/** What a request of the Measurement Protocol says: who, when, and what happened. */
export type Ga4Request = Loose & { events: readonly unknown[] };

/** What GA4 calls the fields of our events. */
export const ga4Names: Names = {
  fields: {
    ...{ type: 'name', occurred_at: 'timestamp_micros', anonymous_id: 'client_id' },
    ...{ session_id: 'params.session_id', currency: 'params.currency', order_id: 'params.transaction_id' },
    ...{ revenue: 'params.value', amount: 'params.value', tax: 'params.tax', shipping: 'params.shipping' },
    ...{ 'context.page_url': 'params.page_location', 'context.referrer': 'params.page_referrer' },
    ...{ 'context.user_agent': 'user_agent', 'context.locale': 'params.language', items: 'params.items' },
    ...{ product_id: 'params.items' },
  },
  products: 'params.items',
  product: {
    ...{ product_id: 'item_id', name: 'item_name', category: 'item_category', brand: 'item_brand' },
    ...{ unit_price: 'price', quantity: 'quantity', currency: 'currency' },
  },
};

const lineTypes = new Map([
  ['view_item', 'product_view'],
  ['add_to_cart', 'add_to_cart'],
  ['remove_from_cart', 'remove_from_cart'],
] as const);
const CATEGORIES = ['item_category', 'item_category2', 'item_category3', 'item_category4', 'item_category5'];

/** Translates each event of a request by itself. Never throws, whatever JSON it is given. */
export function translateGa4(request: Ga4Request, defaultCurrency: string | undefined): Translation[] {
  const contentId = createContentIds();
  return request.events.map((event): Translation => {
    if (!isObject(event))
      return { kind: 'refused', code: 'not_an_object', message: 'an event must be a JSON object', path: '' };
    const { name } = event;
    if (typeof name !== 'string' || name === '')
      return { kind: 'refused', code: 'invalid_field', message: 'is required: the name of the event', path: 'name' };
    const notes: Note[] = [];
    const drafts = draftsOf(name, objectOf(event.params), notes, () => ({
      ...frameOf(request, event, contentId, notes),
      defaultCurrency,
    }));
    return drafts === undefined ? { kind: 'ignored' } : { kind: 'events', drafts };
  });
}

function draftsOf(name: string, params: Loose, notes: Note[], frame: () => EntryFrame): Draft[] | undefined {
  const products = (Array.isArray(params.items) ? params.items : []).map((item) => productOf(objectOf(item), params));
  const { transaction_id, value } = params;
  const lineType = lineTypes.get(name as 'view_item');
  if (lineType !== undefined) return lineDrafts(lineType, frame(), products, notes);
  if (name === 'begin_checkout') {
    const { fields } = frame();
    return [{ value: { type: name, ...fields }, notes }];
  }
  const order = { id: firstOf({ transaction_id }, 'transaction_id'), currency: firstOf(params, 'currency') };
  if (name === 'refund')
    return [refundDraft(frame(), { ...order, amount: firstOf({ value }, 'value') }, products, notes)];
  if (name !== 'purchase') return undefined;
  const amounts = { revenue: firstOf(params, 'value'), tax: firstOf(params, 'tax') };
  const none = { net: undefined, total: undefined, discount: undefined };
  return [
    purchaseDraft(frame(), { ...order, ...amounts, shipping: firstOf(params, 'shipping'), ...none }, products, notes),
  ];
}

/** One event for each item. An event about no item is one that the schema refuses. */
function lineDrafts(
  type: 'product_view' | 'add_to_cart' | 'remove_from_cart',
  frame: EntryFrame,
  products: readonly LooseProduct[],
  notes: readonly Note[],
): Draft[] {
  if (products.length === 0) return [{ value: { type, ...frame.fields }, notes }];
  return products.map((product, place) => {
    const { event_id } = frame.fields;
    const isOneOfMany = products.length > 1 && typeof event_id === 'string';
    const fields = isOneOfMany ? { ...frame.fields, event_id: idOfPart(event_id, place) } : frame.fields;
    // What was noted of the whole entry is told once.
    const earlier = place === 0 ? [...notes] : [];
    return productDraft(type, { ...frame, fields }, product, { at: `params.items.${place}`, notes: earlier });
  });
}

/**
 * The protocol has no ids of events: one is made of what the request says, where it says when. Without `timestamp_micros`
 * the server's time counts, and a request that is sent again is another one.
 */
function frameOf(
  request: Loose,
  event: Loose,
  contentId: (content: unknown) => string,
  notes: Note[],
): Omit<EntryFrame, 'defaultCurrency'> {
  const params = objectOf(event.params);
  const micros = firstOf(event, 'timestamp_micros') ?? firstOf(request, 'timestamp_micros');
  const [user_id, anonymous_id] = [firstOf(request, 'user_id'), firstOf(request, 'client_id', 'app_instance_id')];
  const isTimed = micros !== undefined;
  const fields = sharedFields(
    {
      event_id: isTimed ? contentId([idOf(user_id), idOf(anonymous_id), idOf(micros), event]) : undefined,
      occurred_at: isTimed ? instantOf(micros) : undefined,
      ...{ user_id, anonymous_id },
      session_id: firstOf(params, 'session_id', 'ga_session_id'),
      page_url: firstOf(params, 'page_location'),
      referrer: firstOf(params, 'page_referrer'),
      user_agent: firstOf(request, 'user_agent'),
      locale: firstOf(params, 'language'),
    },
    notes,
  );
  return { fields };
}

/** Microseconds since 1970 as ISO 8601; what is no such number is left for the schema to refuse, in words about times. */
function instantOf(micros: unknown): unknown {
  if (!/^\d{1,16}$/.test(String(idOf(micros)))) return idOf(micros);
  const [milliseconds, rest] = [Math.floor(Number(micros) / 1000), String(micros).slice(-3).padStart(3, '0')];
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
}

/** `price` is after the item's `discount` already, which is only told beside it. */
function productOf(item: Loose, params: Loose): LooseProduct {
  return {
    ...{ id: firstOf(item, 'item_id'), name: firstOf(item, 'item_name'), brand: firstOf(item, 'item_brand') },
    categories: CATEGORIES.map((name) => firstOf(item, name)),
    ...{ price: firstOf(item, 'price'), quantity: firstOf(item, 'quantity') },
    currency: firstOf(item, 'currency') ?? firstOf(params, 'currency'),
  };
}
