import type { EventRecord } from '../../events/record.ts';
import type { SettledOrder } from './orders.ts';
import { compareKeys, eventAt, isNameless, type Person, personOf } from './people.ts';

export type CartLine = Person & { product_id: string; quantity: number; cents: number | null; updated_at: number };
type Move = { person: Person; key: (string | number)[]; at: number; apply(cart: Map<string, CartLine>): void };

const RANK: Record<string, number> = { add_to_cart: 1, remove_from_cart: 2, clear_cart: 3, purchase: 4 };

/** Plays every cart event of each person in order of time. */
export function fillCarts(
  records: readonly EventRecord[],
  orders: readonly SettledOrder[],
  links: ReadonlyMap<string, EventRecord>,
): CartLine[] {
  const played = records.filter(({ event, stamp }) => event.type in RANK && event.type !== 'purchase' && !stamp.is_bot);
  const winners = orders.flatMap(({ winner }) => (winner === undefined ? [] : [winner]));
  const named = [...played, ...winners].filter((record) => !isNameless(record));
  const moves = named.map((record) => moveOf(record, personOf(record, links)));
  const carts = new Map<string, Map<string, CartLine>>();
  for (const move of moves.sort((a, b) => compareKeys(a.key, b.key))) {
    const name = JSON.stringify(move.person);
    const cart = carts.get(name) ?? new Map<string, CartLine>();
    carts.set(name, cart);
    move.apply(cart);
  }
  return [...carts.values()].flatMap((cart) => [...cart.values()]);
}

function moveOf(record: EventRecord, person: Person): Move {
  const { event, stamp } = record;
  const at = eventAt(record);
  const key = [at, RANK[event.type] ?? 0, event.event_id, stamp.source];
  const apply = (cart: Map<string, CartLine>) => {
    if (event.type === 'clear_cart') cart.clear();
    if (event.type === 'remove_from_cart') take(cart, event.product_id, event.quantity, at);
    if (event.type === 'purchase') for (const item of event.items) take(cart, item.product_id, item.quantity, at);
    if (event.type !== 'add_to_cart') return;
    const quantity = (cart.get(event.product_id)?.quantity ?? 0) + event.quantity;
    const cents = event.unit_price === undefined ? null : Math.round(Number(event.unit_price) * 100);
    cart.set(event.product_id, { ...person, product_id: event.product_id, quantity, cents, updated_at: at });
  };
  return { person, key, at, apply };
}

function take(cart: Map<string, CartLine>, product: string, quantity: number, at: number): void {
  const line = cart.get(product);
  if (line === undefined) return;
  if (line.quantity <= quantity) cart.delete(product);
  else cart.set(product, { ...line, quantity: line.quantity - quantity, updated_at: at });
}
