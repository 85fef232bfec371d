import { randomUUID } from 'node:crypto';

/** Bodies of one size; requests take them in turns, so that neither side sees the same bytes again and again. */
const BODIES = 64;
const PRODUCTS = 2_000;
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** What a page sends: of twenty events sixteen views, three adds to carts and a purchase; about 500 bytes each. */
function event(n: number): object {
  const product = `product-${Math.floor(Math.random() * PRODUCTS)}`;
  const who = { event_id: randomUUID(), occurred_at: new Date().toISOString(), user_id: `visitor-${n % 500}` };
  const context = { page_url: `https://shop.example/products/${product}`, user_agent: USER_AGENT, locale: 'de-DE' };
  const common = { ...who, session_id: randomUUID(), context };
  const price = { unit_price: 49.9, currency: 'EUR' };
  if (n % 20 === 19) {
    const items = [{ product_id: product, quantity: 1, unit_price: 49.9 }];
    return { type: 'purchase', ...common, order_id: randomUUID(), currency: 'EUR', items };
  }
  if (n % 20 >= 16) return { type: 'add_to_cart', ...common, product_id: product, quantity: 1, ...price };
  return { type: 'product_view', ...common, product_id: product, name: 'A lamp of glass', category: 'lamps', ...price };
}

/** Bodies for `POST /events` of so many events each, distinct and mixed over the three topics. */
export function bodiesOf(events: number): string[] {
  return Array.from({ length: BODIES }, (_, body) =>
    JSON.stringify({ events: Array.from({ length: events }, (_, n) => event(body * events + n)) }),
  );
}
