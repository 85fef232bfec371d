import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const NOW_MS = Date.now();

/** A day in the middle of what is planted. */
export const SINCE = new Date(NOW_MS - 3 * DAY_MS);
const at = (days: number, minutes: number) =>
  new Date(SINCE.getTime() + days * DAY_MS + minutes * MINUTE_MS).toISOString();
const view = (who: object, product_id: string, occurred_at: string) => ({
  type: 'product_view',
  ...who,
  product_id,
  occurred_at,
});

/** How many users come back; the first half of them also buys. */
export const RETURNING = 24;

/**
 * Before `SINCE` visitors who look at tea go on to cup, and many more look at 25 other products, one each, then and later. Returning users looked
 * at tea; after `SINCE` they view cup, and then `later`, which only new visitors had viewed beside tea until then. The first
 * half buys the tea and the cup within an hour.
 */
export async function plantHistory(database: TestDatabase): Promise<void> {
  const crowd = (days: number, first: string, second: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ anonymous_id: randomUUID(), n })).flatMap(({ anonymous_id, n }) => [
      view({ anonymous_id }, first, at(days, n)),
      view({ anonymous_id }, second, at(days, n + 1)),
    ]);
  const decoys = Array.from({ length: 25 * 120 }, (_, n) =>
    view({ anonymous_id: randomUUID() }, `decoy-${n % 25}`, at(n % 2 === 0 ? -1 : 0.9, n % 100)),
  );
  const returning = Array.from({ length: RETURNING }, (_, n) => `user-${n}`);
  await store(database, [
    ...crowd(-1, 'tea', 'cup', 6),
    ...decoys,
    ...crowd(0.5, 'tea', 'later', 12),
    ...returning.flatMap((user_id, n) => {
      // Half of them were anonymous until they came back.
      const anonymous_id = n % 2 === 0 ? randomUUID() : undefined;
      return [
        view(anonymous_id === undefined ? { user_id } : { anonymous_id }, 'tea', at(-2, n)),
        ...(anonymous_id === undefined ? [] : [{ type: 'identify', user_id, anonymous_id, occurred_at: at(-0.5, n) }]),
        view({ user_id }, 'cup', at(1, n)),
        view({ user_id }, 'later', at(1, n + 5)),
      ];
    }),
    ...returning.slice(0, RETURNING / 2).map((user_id, n) => ({
      type: 'purchase',
      user_id,
      order_id: `order-${n}`,
      currency: 'EUR',
      items: ['tea', 'cup'].map((product_id) => ({ product_id, quantity: 1, unit_price: '5' })),
      occurred_at: at(1, n + 30),
    })),
    // Neither of these is somebody who came back.
    view({ user_id: 'only-before' }, 'tea', at(-1, 1)),
    view({ user_id: 'only-after' }, 'tea', at(1, 1)),
  ]);
}
