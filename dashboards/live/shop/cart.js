import { cents } from '../format.js';
import { readStored, writeStored } from '../stored.js';

const CART = 'cart';
const MAX_QUANTITY = 99;

/** Quantities by product, kept by this browser; the products are those that the shop knows. */
export function createCart(productOf) {
  const quantities = new Map(
    Object.entries(readStored(CART, {})).filter(([id, quantity]) => productOf(id) !== undefined && quantity > 0),
  );
  const keep = () => writeStored(CART, Object.fromEntries(quantities));
  return {
    /** False when no more fits. */
    add(id) {
      const quantity = (quantities.get(id) ?? 0) + 1;
      if (quantity > MAX_QUANTITY) return false;
      quantities.set(id, quantity);
      keep();
      return true;
    },
    take(id) {
      const quantity = (quantities.get(id) ?? 0) - 1;
      if (quantity > 0) quantities.set(id, quantity);
      else quantities.delete(id);
      keep();
    },
    clear() {
      quantities.clear();
      keep();
    },
    lines: () => [...quantities].map(([id, quantity]) => ({ product: productOf(id), quantity })),
    units: () => [...quantities.values()].reduce((sum, quantity) => sum + quantity, 0),
    total(currency) {
      const total = this.lines().reduce(
        (sum, { product, quantity }) => sum + cents(product.prices[currency]) * quantity,
        0,
      );
      return total / 100;
    },
  };
}
