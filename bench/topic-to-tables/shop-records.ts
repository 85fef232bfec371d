import type { EventRecord } from '../../events/record.ts';
import { acceptBatch } from '../../ingestion/accept-batch.ts';
import { crowd } from '../../local/shoppers/crowd.ts';

/** How many people shop, and how fast: what a visitor does is spread over minutes, as in a shop. */
const SHOPPERS = 20_000;
const EVENTS_PER_SECOND = 500;
const EVENTS_PER_REQUEST = 100;

/** The events' products as they are drawn (Zipf), half of them one and the same, or each as often as any other. */
export type Products = 'skewed' | 'hot' | 'uniform';

/** What `simulate` would send, accepted and stamped by the API's own function, as records; the newest happened just now. */
export function shopRecords(count: number, products: Products = 'skewed'): EventRecord[] {
  const startMs = Date.now() - (count / EVENTS_PER_SECOND) * 1000;
  const events = crowd({ seed: 1, users: SHOPPERS, rate: EVENTS_PER_SECOND, startMs });
  const records: EventRecord[] = [];
  while (records.length < count) {
    const size = Math.min(EVENTS_PER_REQUEST, count - records.length);
    const taken = Array.from({ length: size }, () => events.next().value);
    const accepted = acceptBatch(
      taken.map(({ event }) => ({ value: event })),
      {
        caller: { keyClass: 'sk', source: 'shop', keyId: 'bench', origins: [] },
        receivedAt: new Date(taken.at(-1)?.atMs ?? startMs),
        visitorAgent: undefined,
        isInternal: false,
        allowUntrustedPurchases: false,
      },
    );
    if (accepted.rejected[0] !== undefined) throw new Error(`not accepted: ${accepted.rejected[0].message}`);
    records.push(...accepted.records);
  }
  return products === 'skewed' ? records : records.map((record, nth) => moved(record, nth, products));
}

const PRODUCTS = 600;

function moved(record: EventRecord, nth: number, products: 'hot' | 'uniform'): EventRecord {
  const { event } = record;
  if (!('product_id' in event)) return record;
  const product = products === 'hot' && nth % 2 === 0 ? 0 : (nth * 7919) % PRODUCTS;
  return { ...record, event: { ...event, product_id: `product-${product}` } };
}
