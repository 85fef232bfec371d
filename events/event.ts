import * as z from 'zod';
import * as fields from './fields.ts';
import { MAX_ITEMS_PER_ORDER } from './limits.ts';
import { checkIdentity, checkOrderMoney, checkPrice } from './rules.ts';

const context = z.strictObject({
  page_url: fields.contextText.optional(),
  referrer: fields.contextText.optional(),
  user_agent: fields.contextText.optional(),
  locale: fields.id.optional(),
});

/** What the visitor allows. The flags do their work at the edge and are not kept (`asConsented`). */
const consent = z.strictObject({ storage: z.boolean().optional(), personalisation: z.boolean().optional() }).meta({
  description:
    'What the visitor allows; what is not said is allowed. Without storage the event is refused (consent_denied), without personalisation it is counted and not who it was.',
});

const identity = {
  event_id: fields.eventId.optional(),
  occurred_at: fields.instant.optional(),
  user_id: fields.id.optional(),
  anonymous_id: fields.id.optional(),
  session_id: fields.id.optional(),
  context: context.optional(),
  consent: consent.optional(),
};

const price = { unit_price: fields.money.optional(), currency: fields.currency.optional() };

const item = z.strictObject({ product_id: fields.id, quantity: fields.quantity, unit_price: fields.money });
/** A refunded item counts at the price of its line in the order; a price sent along is kept and not believed. */
const refundedItem = z.strictObject({
  product_id: fields.id,
  quantity: fields.quantity,
  unit_price: fields.money.optional(),
});
const items = <T extends z.ZodType>(schema: T) =>
  z.array(schema).min(1, fields.ofList).max(MAX_ITEMS_PER_ORDER, fields.ofList);

const cartLine = {
  ...identity,
  product_id: fields.id,
  quantity: fields.quantity,
  ...price,
  cart_id: fields.id.optional(),
};
const wholeCart = { ...identity, cart_id: fields.id.optional() };

/** Every kind of event, by type, as a client sends it. Strict: an unknown field is an error, not a loss. */
export const eventSchemas = {
  product_view: z
    .strictObject({
      type: z.literal('product_view'),
      ...identity,
      product_id: fields.id,
      name: fields.label.optional(),
      category: fields.label.optional(),
      brand: fields.label.optional(),
      ...price,
    })
    .check(checkIdentity, checkPrice),
  add_to_cart: z.strictObject({ type: z.literal('add_to_cart'), ...cartLine }).check(checkIdentity, checkPrice),
  remove_from_cart: z
    .strictObject({ type: z.literal('remove_from_cart'), ...cartLine })
    .check(checkIdentity, checkPrice),
  clear_cart: z.strictObject({ type: z.literal('clear_cart'), ...wholeCart }).check(checkIdentity),
  begin_checkout: z.strictObject({ type: z.literal('begin_checkout'), ...wholeCart }).check(checkIdentity),
  identify: z
    .strictObject({ type: z.literal('identify'), ...identity, user_id: fields.id, anonymous_id: fields.id })
    .check(checkIdentity),
  purchase: z
    .strictObject({
      type: z.literal('purchase'),
      ...identity,
      order_id: fields.id,
      currency: fields.currency,
      items: items(item),
      discount: fields.money.optional(),
      tax: fields.money.optional(),
      shipping: fields.money.optional(),
    })
    .check(checkIdentity, checkOrderMoney),
  refund: z
    .strictObject({
      type: z.literal('refund'),
      ...identity,
      order_id: fields.id,
      currency: fields.currency,
      items: items(refundedItem).optional(),
      amount: fields.money.optional(),
    })
    .check(checkIdentity, checkOrderMoney),
} as const;

export type EventType = keyof typeof eventSchemas;
export const eventTypes = Object.keys(eventSchemas) as EventType[];

export type ProductView = z.output<(typeof eventSchemas)['product_view']>;
export type CartLineEvent = z.output<(typeof eventSchemas)['add_to_cart'] | (typeof eventSchemas)['remove_from_cart']>;
export type CartEvent =
  | CartLineEvent
  | z.output<(typeof eventSchemas)['clear_cart' | 'begin_checkout']>
  | z.output<(typeof eventSchemas)['identify']>;
export type Purchase = z.output<(typeof eventSchemas)['purchase']>;
export type Refund = z.output<(typeof eventSchemas)['refund']>;
export type ShopEvent = ProductView | CartEvent | Purchase | Refund;

/** One event of any type, as a client sends it. */
export const eventSchema = z.discriminatedUnion('type', [
  eventSchemas.product_view,
  eventSchemas.add_to_cart,
  eventSchemas.remove_from_cart,
  eventSchemas.clear_cart,
  eventSchemas.begin_checkout,
  eventSchemas.identify,
  eventSchemas.purchase,
  eventSchemas.refund,
]);
