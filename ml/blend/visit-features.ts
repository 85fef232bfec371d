import type { Trail } from '../history/trail.ts';
import type { Visits } from '../history/visits.ts';
import type { CandidateSheet } from './candidate-sheet.ts';
import { liveColumn } from './weights.ts';

/** As in sql/functions/similar_visits.sql. */
const LATEST_PRODUCTS = 3;
const VISITS_PER_PRODUCT = 16;
const NEAREST_VISITS = 12;

/**
 * What similar visits touched, of those that were over when the visitor asks: `visits` is the sum over the nearest of their
 * similarity by the root of their length, by its maximum, and `visits_root` the root of that.
 */
export function addVisitFeatures(sheet: CandidateSheet, trail: Trail, visits: Visits, positionDecay: number): void {
  const { productStarts, products } = visits;
  const column = liveColumn('visits');
  for (const [visit, similarity] of nearestVisits(trail, visits, positionDecay)) {
    const [first, end] = [productStarts[visit] as number, productStarts[visit + 1] as number];
    const share = similarity / Math.sqrt(end - first);
    for (let entry = first; entry < end; entry++) sheet.add(products[entry] as number, column, share);
  }
  const { width, values, count } = sheet;
  let greatest = 0;
  for (let row = 0; row < count; row++) greatest = Math.max(greatest, values[row * width + column] as number);
  if (greatest === 0) return;
  for (let row = 0; row < count; row++) {
    const share = (values[row * width + column] as number) / greatest;
    values[row * width + column] = share;
    values[row * width + liveColumn('visits_root')] = Math.sqrt(share);
  }
}

type Similar = [visit: number, similarity: number];

/** The most similar visits, the newest of equals first; one of each person. */
function nearestVisits({ context, person, seconds }: Trail, visits: Visits, positionDecay: number): Similar[] {
  const similarities = new Map<number, number>();
  context.subarray(0, LATEST_PRODUCTS).forEach((product, position) => {
    const weight = positionDecay ** position;
    for (const visit of newestVisits(visits, product, seconds))
      similarities.set(visit, (similarities.get(visit) ?? 0) + weight);
  });
  const ranked = [...similarities].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  const heard = new Set([person]);
  const nearest: Similar[] = [];
  for (const similar of ranked) {
    const visitor = visits.people[similar[0]] as number;
    if (heard.has(visitor)) continue;
    heard.add(visitor);
    if (nearest.push(similar) === NEAREST_VISITS) break;
  }
  return nearest;
}

/** The last visits that touched the product and ended before a second. */
function newestVisits(visits: Visits, product: number, before: number): Uint32Array {
  const { visitStarts, visitsOfProduct, endSeconds } = visits;
  const first = visitStarts[product] as number;
  let low = first;
  let high = visitStarts[product + 1] as number;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((endSeconds[visitsOfProduct[middle] as number] as number) < before) low = middle + 1;
    else high = middle;
  }
  return visitsOfProduct.subarray(Math.max(first, low - VISITS_PER_PRODUCT), low);
}
