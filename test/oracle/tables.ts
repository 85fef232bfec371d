import type { EventRecord } from '../../events/record.ts';
import { fillCarts } from './carts.ts';
import { type SettledOrder, settle } from './orders.ts';
import { compareKeys, eventAt, isNameless, linksOf, personOf } from './people.ts';

/** The tables as text rows, sorted: what the database must hold after each distinct event counted once. */
export type Tables = Record<string, string[]>;

const HOUR = 3_600_000;
const MINUTE = 60_000;
const floor = (at: number, unit: number) => new Date(Math.floor(at / unit) * unit).toISOString();
const iso = (at: number) => new Date(at).toISOString();

/** Sums numbers by key. */
class Counters {
  readonly #sums = new Map<string, number[]>();
  add(key: readonly unknown[], counts: readonly number[]): void {
    const name = JSON.stringify(key);
    const sums = this.#sums.get(name) ?? counts.map(() => 0);
    this.#sums.set(
      name,
      sums.map((sum, index) => sum + (counts[index] ?? 0)),
    );
  }
  rows(): string[] {
    const kept = [...this.#sums].filter(([, sums]) => sums.some((sum) => sum !== 0));
    return kept.map(([name, sums]) => JSON.stringify([...JSON.parse(name), ...sums])).sort();
  }
}

type Links = ReadonlyMap<string, EventRecord>;
const rows = <T>(list: readonly T[], row: (item: T) => unknown[]) =>
  list.map((item) => JSON.stringify(row(item))).sort();

/**
 * Computes all aggregate tables from the distinct events, in the plainest way.
 *
 * @param said what was ever said of products, also by people who were erased since.
 */
export function tablesOf(records: readonly EventRecord[], said = records): Tables {
  const links = linksOf(records);
  const orders = settle(records);
  const trusted = orders.filter(({ winner }) => winner?.stamp.trusted === true);
  return {
    identities: identities(links),
    product_popularity: popularity(records, trusted),
    live_revenue: revenue(trusted),
    orders: settled(orders),
    user_sessions: sessions(records, orders, links),
    user_cart_summary: carts(records, orders, links),
    user_purchase_history: history(trusted, links),
    products: products(said),
  };
}

function identities(links: Links): string[] {
  return rows([...links], ([id, { event, stamp }]) => {
    return [id, event.user_id, iso(eventAt({ event, stamp })), event.event_id, stamp.source];
  });
}

function settled(orders: readonly SettledOrder[]): string[] {
  return rows(orders, ({ order_id, winner, revenue, refunds, waiting }) => {
    const refunded = refunds.reduce((sum, { cents }) => sum + cents, 0);
    return [order_id, winner?.event.event_id ?? null, winner === undefined ? null : revenue, refunded, waiting];
  });
}

function carts(records: readonly EventRecord[], orders: readonly SettledOrder[], links: Links): string[] {
  return rows(
    fillCarts(records, orders, links),
    ({ user_id, is_anonymous, product_id, quantity, cents, updated_at }) => {
      return [user_id, is_anonymous, product_id, quantity, cents, iso(updated_at)];
    },
  );
}

function history(orders: readonly SettledOrder[], links: Links): string[] {
  const lines = orders.flatMap(({ order_id, winner, lines }) => {
    if (winner === undefined || isNameless(winner)) return [];
    const { user_id, is_anonymous } =
      winner === undefined ? { user_id: '', is_anonymous: false } : personOf(winner, links);
    return lines.map((l) => [user_id, is_anonymous, order_id, l.line, l.product_id, l.quantity, l.refunded, l.cents]);
  });
  return rows(lines, (line) => line);
}

function popularity(records: readonly EventRecord[], orders: readonly SettledOrder[]): string[] {
  const counters = new Counters();
  for (const record of records) {
    const { event, stamp } = record;
    if (stamp.is_bot) continue;
    if (event.type === 'product_view') counters.add([event.product_id, floor(eventAt(record), HOUR)], [1, 0, 0]);
    if (event.type === 'add_to_cart') counters.add([event.product_id, floor(eventAt(record), HOUR)], [0, 1, 0]);
  }
  for (const { winner, lines } of orders)
    for (const { product_id, quantity } of lines)
      if (winner !== undefined) counters.add([product_id, floor(eventAt(winner), HOUR)], [0, 0, quantity]);
  return counters.rows();
}

function revenue(orders: readonly SettledOrder[]): string[] {
  const counters = new Counters();
  for (const { winner, lines, revenue: gross, refunds } of orders) {
    if (winner === undefined) continue;
    const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    counters.add([floor(eventAt(winner), MINUTE), winner.event.currency], [1, units, gross, 0, gross]);
    for (const { at, cents } of refunds)
      counters.add([floor(at, MINUTE), winner.event.currency], [0, 0, 0, cents, -cents]);
  }
  return counters.rows();
}

function sessions(
  records: readonly EventRecord[],
  orders: readonly SettledOrder[],
  links: ReadonlyMap<string, EventRecord>,
): string[] {
  const counters = new Counters();
  const seen = new Map<string, number[]>();
  const winners = new Set(orders.map(({ winner }) => winner));
  for (const record of records) {
    const { event, stamp } = record;
    const isOrder = event.type === 'purchase' || event.type === 'refund';
    if (event.session_id === undefined || (stamp.is_bot && !isOrder)) continue;
    const person = personOf(record, links);
    const key = [person.user_id, person.is_anonymous, stamp.source, event.session_id];
    const counts = ['product_view', 'add_to_cart', 'begin_checkout'].map((type) => Number(event.type === type));
    counters.add(key, [...counts, Number((winners as Set<unknown>).has(record)), 1]);
    const name = JSON.stringify(key);
    seen.set(name, [...(seen.get(name) ?? []), eventAt(record)]);
  }
  return counters
    .rows()
    .map((row) => {
      const parts = JSON.parse(row) as unknown[];
      const times = seen.get(JSON.stringify(parts.slice(0, 4))) ?? [];
      return JSON.stringify([...parts.slice(0, 8), iso(Math.min(...times)), iso(Math.max(...times))]);
    })
    .sort();
}

function products(records: readonly EventRecord[]): string[] {
  const known = new Map<string, Record<string, string | null>>();
  const key = (r: EventRecord) => [Number(r.stamp.trusted), eventAt(r), r.event.event_id, r.stamp.source];
  for (const { event, stamp } of [...records].sort((a, b) => compareKeys(key(a), key(b)))) {
    if (event.type !== 'product_view' || stamp.is_bot) continue;
    const { product_id, name, category, brand, unit_price } = event;
    const before = known.get(product_id) ?? { name: null, category: null, brand: null, cents: null };
    const cents = unit_price === undefined ? before.cents : String(Math.round(Number(unit_price) * 100));
    known.set(product_id, {
      name: name ?? before.name ?? null,
      category: category ?? before.category ?? null,
      brand: brand ?? before.brand ?? null,
      cents: cents ?? null,
    });
  }
  return [...known].map(([id, p]) => JSON.stringify([id, p.name, p.category, p.brand, p.cents])).sort();
}
