import { differenceOf, readAmount } from './amount.ts';
import { firstOf, type Loose, objectOf } from './loose.ts';
import type { LooseOrder, LooseProduct } from './shop-fields.ts';
import type { Names } from './translation.ts';

/** What Segment calls the fields of our events. */
export const segmentNames: Names = {
  fields: {
    ...{ type: 'event', event_id: 'messageId', occurred_at: 'timestamp', sent_at: 'sentAt' },
    ...{
      user_id: 'userId',
      anonymous_id: 'anonymousId',
      session_id: 'context.sessionId',
      currency: 'properties.currency',
    },
    ...{ 'context.page_url': 'context.page.url', 'context.referrer': 'context.page.referrer' },
    ...{ 'context.user_agent': 'context.userAgent', cart_id: 'properties.cart_id', order_id: 'properties.order_id' },
    ...{
      net: 'properties.subtotal',
      revenue: 'properties.revenue',
      total: 'properties.total',
      discount: 'properties.discount',
      amount: 'properties.total',
    },
    ...{ tax: 'properties.tax', shipping: 'properties.shipping', items: 'properties.products' },
  },
  products: 'properties.products',
  product: {
    ...{ product_id: 'product_id', name: 'name', category: 'category', brand: 'brand' },
    ...{ unit_price: 'price', quantity: 'quantity', currency: 'currency' },
  },
};

/** Amounts of an order. `subtotal` is after discounts, before tax and shipping. */
export function orderOf(properties: Loose): LooseOrder {
  return {
    id: firstOf(properties, 'order_id', 'orderId'),
    currency: firstOf(properties, 'currency'),
    ...{ net: firstOf(properties, 'subtotal'), revenue: firstOf(properties, 'revenue') },
    ...{ total: firstOf(properties, 'total'), discount: firstOf(properties, 'discount') },
    ...{ tax: firstOf(properties, 'tax'), shipping: firstOf(properties, 'shipping') },
  };
}

/** The products that an order lists. */
export function productsOf(properties: Loose): LooseProduct[] {
  const currency = firstOf(properties, 'currency');
  return Array.isArray(properties.products)
    ? properties.products.map((product) => productOf(objectOf(product), currency))
    : [];
}

/** A product, by its current and its older names. */
export function productOf(product: Loose, currency: unknown): LooseProduct {
  const category = firstOf(product, 'category');
  return {
    id: firstOf(product, 'product_id', 'productId', 'id', 'sku'),
    ...{ name: firstOf(product, 'name'), brand: firstOf(product, 'brand') },
    categories: Array.isArray(category) ? category : category === undefined ? [] : [category],
    ...{ price: firstOf(product, 'price'), quantity: firstOf(product, 'quantity') },
    currency: firstOf(product, 'currency') ?? currency,
  };
}

/** What was given back, without tax and shipping where they are named apart; `total` has them in it. */
export function refundedAmount(properties: Loose): unknown {
  const net = firstOf(properties, 'revenue', 'subtotal');
  const total = firstOf(properties, 'total');
  const amount = readAmount(total);
  if (net !== undefined || amount === undefined) return net ?? total;
  const apart = ['tax', 'shipping'].map((name) => readAmount(firstOf(properties, name)) ?? '0');
  return differenceOf(amount, apart) ?? total;
}
