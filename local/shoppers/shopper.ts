import type { Product } from './catalogue.ts';
import type { Random } from './random.ts';

/** A person who comes back: a taste, a cart that outlives visits, and a name once they have logged in. */
export type Shopper = {
  readonly userId: string;
  readonly anonymousId: string;
  readonly taste: number;
  isKnown: boolean;
  readonly cart: Map<string, { product: Product; quantity: number }>;
  lastOrder?: { order_id: string; currency: string; items: { product_id: string }[] };
};

/** The n-th shopper; half of them have logged in before. */
export function createShopper(number: number, tastes: number, random: Random): Shopper {
  return {
    userId: `shopper-${number}`,
    anonymousId: random.uuid(),
    taste: random.below(tastes),
    isKnown: random.chance(0.5),
    cart: new Map(),
  };
}
