import type { TestDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

/** Two currencies, two people, a cart left alone, a refund: every chart has something to show. */
export async function storeShopDay(database: TestDatabase): Promise<void> {
  const ada = { user_id: 'ada', session_id: 's1' };
  const line = (unit_price: string) => [{ product_id: 'tea', quantity: 2, unit_price }];
  await store(database, [
    { type: 'product_view', ...ada, product_id: 'tea', name: "Ada's tea", category: 'drinks', occurred_at: ago(5) },
    { type: 'product_view', anonymous_id: 'x', session_id: 's2', product_id: 'mug', occurred_at: ago(4) },
    { type: 'add_to_cart', ...ada, product_id: 'tea', quantity: 2, occurred_at: ago(3) },
    { type: 'begin_checkout', ...ada, occurred_at: ago(3) },
    { type: 'purchase', ...ada, order_id: 'o1', currency: 'EUR', items: line('5'), occurred_at: ago(2) },
    { type: 'purchase', user_id: 'bob', order_id: 'o2', currency: 'USD', items: line('7'), occurred_at: ago(2) },
    { type: 'refund', user_id: 'ada', order_id: 'o1', currency: 'EUR', amount: '4', occurred_at: ago(1) },
    { type: 'add_to_cart', user_id: 'carl', product_id: 'mug', quantity: 1, occurred_at: ago(90) },
  ]);
}
