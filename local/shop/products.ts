import { createShelves, type Product } from '../shoppers/catalogue.ts';

/** In which currencies the shop sells. */
export const shopCurrencies = ['EUR', 'USD'] as const;
export type ShopCurrency = (typeof shopCurrencies)[number];

/** A product with its price in each of the shop's currencies. */
export type ShopProduct = Omit<Product, 'unit_price' | 'currency'> & {
  /** Which of the shop's drawings shows it. */
  readonly kind: string;
  readonly prices: Readonly<Record<ShopCurrency, string>>;
};

/** So many of each shelf stand in the shop window: those that the simulated shoppers like most. */
const IN_WINDOW = 4;
/** The shop's own price list in dollars: euros and a tenth, in whole cents. */
const DOLLAR_CENTS_PER_10_EURO_CENTS = 11;

const shelves = createShelves().map((shelf) => shelf.map(toShopProduct));
const byId = new Map(shelves.flat().map((product) => [product.product_id, product]));

/** What the shop shows first. */
export function windowProducts(): ShopProduct[] {
  return shelves.flatMap((shelf) => shelf.slice(0, IN_WINDOW));
}

/** A product of the shop, whether it stands in the window or not. */
export function shopProduct(productId: string): ShopProduct | undefined {
  return byId.get(productId);
}

function toShopProduct({ unit_price, currency, ...product }: Product): ShopProduct {
  const cents = Math.round(Number(unit_price) * 100);
  const dollarCents = Math.round((cents * DOLLAR_CENTS_PER_10_EURO_CENTS) / 10);
  const kind = product.name.split(' ').slice(1, -1).join(' ');
  return { ...product, kind, prices: { [currency]: unit_price, USD: (dollarCents / 100).toFixed(2) } };
}
