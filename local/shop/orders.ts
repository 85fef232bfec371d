import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type ShopCurrency, shopCurrencies, shopProduct } from './products.ts';

/** What the browser says: what is to be bought, and the tracker's ids. Prices are the shop's to say. */
export const orderSchema = z.strictObject({
  currency: z.enum(shopCurrencies),
  items: z
    .array(z.strictObject({ product_id: z.string().min(1).max(200), quantity: z.int().min(1).max(99) }))
    .min(1)
    .max(50),
  anonymous_id: z.string().min(1).max(200),
  session_id: z.string().min(1).max(200),
  user_id: z.string().min(1).max(200).optional(),
});
export type Order = z.output<typeof orderSchema>;

type Identity = Pick<Order, 'anonymous_id' | 'user_id'>;
type Sold = Identity & { currency: ShopCurrency };

export const UNKNOWN_ORDER = 'the shop does not know this order; it forgets its orders when it is started again';
export const UNKNOWN_PRODUCT = 'the shop does not sell';

/** Orders kept, so that they can be refunded; the oldest are forgotten first. */
const MAX_ORDERS = 200;

/** The shop's order book: makes the events that its server reports. */
export class OrderBook {
  readonly #sold = new Map<string, Sold>();

  /** The `purchase` event of a new order. @throws RangeError for a product that the shop does not sell. */
  buy({ currency, items, session_id, ...identity }: Order) {
    const lines = items.map(({ product_id, quantity }) => {
      const product = shopProduct(product_id);
      if (product === undefined) throw new RangeError(`${UNKNOWN_PRODUCT} ${product_id}`);
      return { product_id, quantity, unit_price: product.prices[currency] };
    });
    const order_id = `demo-${randomUUID().slice(0, 8)}`;
    this.#sold.set(order_id, { ...identity, currency });
    const [oldest] = this.#sold.keys();
    if (this.#sold.size > MAX_ORDERS && oldest !== undefined) this.#sold.delete(oldest);
    return { type: 'purchase', ...newIdentity(), ...identity, session_id, order_id, currency, items: lines };
  }

  /** The `refund` event of a whole order. @throws RangeError for an order that is not known (any more). */
  refund(order_id: string) {
    const sold = this.#sold.get(order_id);
    if (sold === undefined) throw new RangeError(UNKNOWN_ORDER);
    return { type: 'refund', ...newIdentity(), ...sold, order_id };
  }
}

/** Once for each event: its retries repeat both. */
function newIdentity() {
  return { event_id: randomUUID(), occurred_at: new Date().toISOString() };
}
