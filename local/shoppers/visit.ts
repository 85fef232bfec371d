import type { Catalogue, Product } from './catalogue.ts';
import type { Random } from './random.ts';
import type { Shopper } from './shopper.ts';

/** An event without its identity in time: who, when and under which id is added when it is its turn. */
export type Step = Record<string, unknown> & { readonly type: string };

const CHANCE_OTHER_TASTE = 0.08;
const CHANCE_ADD = 0.22;
const CHANCE_REMOVE = 0.15;
const CHANCE_LEAVE_AFTER_VIEW = 0.16;
const CHANCE_CHECKOUT = 0.5;
const CHANCE_PAY = 0.75;
const CHANCE_REFUND = 0.3;
const MAX_VIEWS = 25;

/**
 * One visit, step by step: views within a taste, additions and second thoughts, and either an abandoned cart or a
 * checkout. A visitor who is still anonymous logs in before paying. The cart stays with the shopper between visits.
 */
export function* visit(shopper: Shopper, catalogue: Catalogue, random: Random): Generator<Step, void> {
  yield* refundLastOrder(shopper, random);
  for (let views = 0; views < MAX_VIEWS; views++) {
    const product = catalogue.draw(random.chance(CHANCE_OTHER_TASTE) ? random.below(catalogue.tastes) : shopper.taste);
    yield { type: 'product_view', ...product };
    if (random.chance(CHANCE_ADD)) yield addToCart(shopper, product, random);
    if (shopper.cart.size > 0 && random.chance(CHANCE_REMOVE)) yield takeOut(shopper, random);
    if (random.chance(CHANCE_LEAVE_AFTER_VIEW)) break;
  }
  if (shopper.cart.size > 0 && random.chance(CHANCE_CHECKOUT)) yield* checkOut(shopper, random);
}

function* refundLastOrder(shopper: Shopper, random: Random): Generator<Step, void> {
  const order = shopper.lastOrder;
  delete shopper.lastOrder;
  if (order === undefined || !random.chance(CHANCE_REFUND)) return;
  const items = [order.items[0]].map((item) => ({ product_id: item?.product_id, quantity: 1 }));
  yield {
    type: 'refund',
    order_id: order.order_id,
    currency: order.currency,
    ...(random.chance(0.5) ? { items } : {}),
  };
}

function addToCart(shopper: Shopper, product: Product, random: Random): Step {
  const quantity = random.chance(0.85) ? 1 : 2;
  const line = shopper.cart.get(product.product_id);
  shopper.cart.set(product.product_id, { product, quantity: quantity + (line?.quantity ?? 0) });
  const { product_id, unit_price, currency } = product;
  return { type: 'add_to_cart', product_id, quantity, unit_price, currency };
}

function takeOut(shopper: Shopper, random: Random): Step {
  const { product, quantity } = random.pick([...shopper.cart.values()]);
  shopper.cart.delete(product.product_id);
  return { type: 'remove_from_cart', product_id: product.product_id, quantity };
}

function* checkOut(shopper: Shopper, random: Random): Generator<Step, void> {
  yield { type: 'begin_checkout' };
  if (!random.chance(CHANCE_PAY)) return;
  if (!shopper.isKnown) {
    shopper.isKnown = true;
    yield { type: 'identify', user_id: shopper.userId, anonymous_id: shopper.anonymousId };
  }
  const items = [...shopper.cart.values()].map(({ product, quantity }) => ({
    product_id: product.product_id,
    quantity,
    unit_price: product.unit_price,
  }));
  const order = { order_id: `order-${random.uuid()}`, currency: 'EUR', items };
  shopper.cart.clear();
  shopper.lastOrder = order;
  yield { type: 'purchase', ...order, shipping: '4.90' };
}
