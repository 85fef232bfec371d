import type { EventRecord } from '../../events/record.ts';
import { withoutPerson } from '../../events/without-person.ts';
import { linksOf } from './people.ts';

const keyOf = ({ stamp, event }: EventRecord) => `${stamp.source} ${event.event_id} ${event.occurred_at}`;
const isOrder = ({ event }: EventRecord) => event.type === 'purchase' || event.type === 'refund';
const ownerOf = ({ event }: EventRecord) =>
  event.user_id === undefined ? `anonymous ${event.anonymous_id}` : `user ${event.user_id}`;

/** What is stored, and who is erased: a shop's memory in the plainest form. Batches come one after the other. */
export class ErasureModel {
  readonly #stored = new Map<string, EventRecord>();
  /** Until when what was received of somebody is not stored. */
  readonly #erased = new Map<string, number>();
  /** Anonymous ids whose link to an erased person came late. */
  readonly #late = new Set<string>();
  /** Views that were ever stored: what they say of products outlives who said it. */
  readonly said: EventRecord[] = [];

  get records(): EventRecord[] {
    return [...this.#stored.values()];
  }

  /** A batch of one topic. */
  store(batch: readonly EventRecord[]): void {
    while (batch.some((record) => this.#isErased(record))) {
      for (const record of batch.filter((one) => this.#isErased(one))) this.#noteLateLink(record);
      batch = batch.flatMap((record) =>
        this.#isErased(record) ? (isOrder(record) ? [withoutPerson(record)] : []) : [record],
      );
    }
    for (const record of batch) {
      if (this.#stored.has(keyOf(record))) continue;
      this.#stored.set(keyOf(record), record);
      if (record.event.type === 'product_view') this.said.push(record);
    }
  }

  erase(id: string, at: number): void {
    const links = linksOf(this.records);
    const isSomebodyElses = (anonymous: string) => (links.get(anonymous)?.event.user_id ?? id) !== id;
    const linked = [...links].filter(([, { event }]) => event.user_id === id).map(([anonymous]) => anonymous);
    const own = isSomebodyElses(id) ? [] : [id];
    this.#forget([`user ${id}`, ...[...own, ...linked].map((anonymous) => `anonymous ${anonymous}`)], at);
    this.#late.delete(id);
  }

  /** What the daily maintenance does. */
  eraseLate(at: number): void {
    for (const anonymous of this.#late)
      if (!linksOf(this.records).has(anonymous)) this.#forget([`anonymous ${anonymous}`], at);
    this.#late.clear();
  }

  #forget(owners: readonly string[], at: number): void {
    for (const owner of owners) this.#erased.set(owner, at);
    for (const [key, record] of this.#stored) {
      if (!owners.includes(ownerOf(record))) continue;
      if (isOrder(record)) this.#stored.set(key, withoutPerson(record));
      else this.#stored.delete(key);
    }
  }

  #isErased(record: EventRecord): boolean {
    const { user_id, anonymous_id } = record.event;
    if (user_id === undefined && anonymous_id === undefined) return false;
    return Date.parse(record.stamp.received_at) <= (this.#erased.get(ownerOf(record)) ?? 0);
  }

  #noteLateLink({ stamp, event: { user_id, anonymous_id } }: EventRecord): void {
    if (user_id === undefined || anonymous_id === undefined) return;
    const owner = `anonymous ${anonymous_id}`;
    if (Date.parse(stamp.received_at) <= (this.#erased.get(owner) ?? 0)) return;
    if ((linksOf(this.records).get(anonymous_id)?.event.user_id ?? user_id) !== user_id) return;
    this.#erased.set(owner, this.#erased.get(`user ${user_id}`) ?? 0);
    this.#late.add(anonymous_id);
  }
}
