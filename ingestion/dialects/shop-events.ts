import { currencyOf, neededAmount, optionalAmount, pricePair } from './currency.ts';
import { idOf, type Loose, withoutUndefined } from './loose.ts';
import { orderMoney } from './order-money.ts';
import { attributes, type LooseOrder, type LooseProduct, line, productId, surroundingId } from './shop-fields.ts';
import type { Draft, Note } from './translation.ts';

/** What every draft of one entry shares: fields of identity and time, and what the source's settings say. */
export type EntryFrame = { fields: Loose; sentAt?: string | undefined; defaultCurrency: string | undefined };
type LineType = 'product_view' | 'add_to_cart' | 'remove_from_cart';

/** A view of one product, or one product that goes into or out of the cart. */
export function productDraft(
  type: LineType,
  frame: EntryFrame,
  product: LooseProduct,
  options: { at: string; cartId?: unknown; notes: Note[] },
): Draft {
  const notes = [...options.notes];
  const price = pricePair(product, frame.defaultCurrency, notes);
  const fields =
    type === 'product_view'
      ? { product_id: productId(product, 'product_id', notes), ...attributes(product, notes) }
      : { ...line(product, 'product_id', notes), cart_id: surroundingId(options.cartId, 'cart_id', notes) };
  const value = withoutUndefined({ type, ...frame.fields, ...fields, ...price.fields });
  return { value, sentAt: frame.sentAt, isCurrencyDefault: price.isCurrencyDefault, at: options.at, notes };
}

/** An order that was placed. */
export function purchaseDraft(
  frame: EntryFrame,
  order: LooseOrder,
  products: readonly LooseProduct[],
  earlier: readonly Note[],
): Draft {
  const notes = [...earlier];
  const currency = currencyOf(statedCurrency(order, products), frame.defaultCurrency, notes);
  const lines = products.map((product, at) => ({
    fields: line(product, `items.${at}.product_id`, notes),
    price: product.price,
  }));
  // Where the currency is none the schema refuses it, whatever the amounts are.
  const money = orderMoney(lines, order, currency.decimals ?? 0, currency.decimals === undefined ? [] : notes);
  const items = products.length === 0 ? undefined : money.items;
  const fields = { order_id: idOf(order.id), currency: currency.code, ...money, items };
  const value = withoutUndefined({ type: 'purchase', ...frame.fields, ...fields });
  return { value, sentAt: frame.sentAt, isCurrencyDefault: currency.isDefault, notes };
}

/** Money back for an order: for these products, else of this amount, else for the whole order. */
export function refundDraft(
  frame: EntryFrame,
  order: Pick<LooseOrder, 'id' | 'currency'> & { amount: unknown },
  products: readonly LooseProduct[],
  earlier: readonly Note[],
): Draft {
  const notes = [...earlier];
  const currency = currencyOf(order.currency, frame.defaultCurrency, notes);
  const decimals = currency.decimals ?? 0;
  const items = products.map((product, at) => {
    const unit_price = optionalAmount(product.price, decimals, `items.${at}.unit_price`, notes);
    return withoutUndefined({ ...line(product, `items.${at}.product_id`, notes), unit_price });
  });
  const what = items.length > 0 ? { items } : { amount: neededAmount(order.amount, decimals, 'amount', notes) };
  const fields = { order_id: idOf(order.id), currency: currency.code, ...what };
  const value = withoutUndefined({ type: 'refund', ...frame.fields, ...fields });
  return { value, sentAt: frame.sentAt, isCurrencyDefault: currency.isDefault, notes };
}

/** The order's currency, or that of its lines. Amounts of several are not added up: together they are none. */
function statedCurrency({ currency }: LooseOrder, products: readonly LooseProduct[]): unknown {
  const stated = [currency, ...products.map((product) => product.currency)].filter((code) => code !== undefined);
  const codes = new Set(stated.map((code) => (typeof code === 'string' ? code.trim().toUpperCase() : code)));
  return codes.size > 1 ? 'several' : stated[0];
}
