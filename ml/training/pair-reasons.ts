import type { FoldedNeighbours } from '../blend/folded-neighbours.ts';
import { ADDED, BOUGHT } from '../history/history.ts';
import type { Visits } from '../history/visits.ts';

/** What is stored as `product_neighbors.reasons`. */
export const PAIR_REASONS = { boughtTogether: 1, addedTogether: 2, viewedTogether: 3, similar: 4 } as const;

/** The part of the visits with both products that must have bought, or added, the neighbour; as at request time. */
const REASON_SHARE = 0.25;

/** Why each neighbour is one, parallel to `folded.neighbours`. */
export function pairReasons(visits: Visits, folded: FoldedNeighbours): Uint8Array {
  const productCount = folded.starts.length - 1;
  const reasons = new Uint8Array(folded.neighbours.length);
  const counts: Counts = {
    together: new Uint32Array(productCount),
    added: new Uint32Array(productCount),
    bought: new Uint32Array(productCount),
  };
  for (let product = 0; product < productCount; product++) {
    count(visits, product, counts);
    for (let index = folded.starts[product] as number; index < (folded.starts[product + 1] as number); index++)
      reasons[index] = reasonOf(counts, folded.neighbours[index] as number);
    forget(visits, product, counts);
  }
  return reasons;
}

type Counts = { together: Uint32Array; added: Uint32Array; bought: Uint32Array };

function reasonOf({ together, added, bought }: Counts, neighbour: number): number {
  const visits = together[neighbour] as number;
  if (visits === 0) return PAIR_REASONS.similar;
  if ((bought[neighbour] as number) >= REASON_SHARE * visits) return PAIR_REASONS.boughtTogether;
  return (added[neighbour] as number) >= REASON_SHARE * visits
    ? PAIR_REASONS.addedTogether
    : PAIR_REASONS.viewedTogether;
}

function count(visits: Visits, product: number, { together, added, bought }: Counts): void {
  eachEntry(visits, product, (entry) => {
    const neighbour = visits.products[entry] as number;
    const kinds = visits.kinds[entry] as number;
    together[neighbour] = (together[neighbour] as number) + 1;
    if (kinds & ADDED) added[neighbour] = (added[neighbour] as number) + 1;
    if (kinds & BOUGHT) bought[neighbour] = (bought[neighbour] as number) + 1;
  });
}

function forget(visits: Visits, product: number, { together, added, bought }: Counts): void {
  eachEntry(visits, product, (entry) => {
    const neighbour = visits.products[entry] as number;
    together[neighbour] = 0;
    added[neighbour] = 0;
    bought[neighbour] = 0;
  });
}

/** What the visits with a product touched. */
function eachEntry(visits: Visits, product: number, act: (entry: number) => void): void {
  const { visitStarts, visitsOfProduct, productStarts } = visits;
  for (let index = visitStarts[product] as number; index < (visitStarts[product + 1] as number); index++) {
    const visit = visitsOfProduct[index] as number;
    for (let entry = productStarts[visit] as number; entry < (productStarts[visit + 1] as number); entry++) act(entry);
  }
}
