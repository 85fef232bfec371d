import { groupPositions } from './group-positions.ts';
import { wholeNumbers } from './growing-column.ts';
import { endBefore, type History } from './history.ts';

/** A pause of an hour ends a visit, as at request time (sql/functions/similar_visits.sql). */
export const VISIT_PAUSE_SECONDS = 3600;
/** So does this number of touches: what a pair costs grows with the square, and a crawler's visit never ends. */
const MAX_TOUCHES = 100;

/**
 * Visits in the order in which they ended. The touches of visit v stand from `firsts[v]` up to `ends[v]` in the history; its
 * distinct products, each with the set of kinds of touch, from `productStarts[v]` up to `productStarts[v + 1]`.
 */
export type Visits = {
  readonly count: number;
  readonly people: Uint32Array;
  readonly firsts: Uint32Array;
  readonly ends: Uint32Array;
  readonly endSeconds: Float64Array;
  readonly productStarts: Uint32Array;
  readonly products: Uint32Array;
  readonly kinds: Uint8Array;
  /** The visits of product p, in their order, stand from `visitStarts[p]` up to `visitStarts[p + 1]`. */
  readonly visitStarts: Uint32Array;
  readonly visitsOfProduct: Uint32Array;
};

/** @param before touches from this second on are left out, as if nobody knew of them yet. */
export function visitsOf(history: History, before = Number.POSITIVE_INFINITY): Visits {
  const cut = cutIntoVisits(history, before);
  const endOf = (visit: number) => history.seconds[(cut.ends[visit] as number) - 1] as number;
  const order = Uint32Array.from(cut.firsts.keys()).sort((a, b) => endOf(a) - endOf(b) || a - b);
  const firsts = order.map((visit) => cut.firsts[visit] as number);
  const ends = order.map((visit) => cut.ends[visit] as number);
  const distinct = distinctProducts(history, firsts, ends);
  return {
    count: order.length,
    people: order.map((visit) => cut.people[visit] as number),
    firsts,
    ends,
    endSeconds: Float64Array.from(order, endOf),
    ...distinct,
    ...visitsByProduct(history.productIds.length, distinct),
  };
}

type Cut = { people: Uint32Array; firsts: Uint32Array; ends: Uint32Array };

function cutIntoVisits(history: History, before: number): Cut {
  const { personStarts, people } = history;
  const [owners, firsts, ends] = [wholeNumbers(), wholeNumbers(), wholeNumbers()];
  for (let person = 0; person < people.length; person++) {
    const end = endBefore(history, person, before);
    let first = personStarts[person] as number;
    for (let touch = first; touch < end; touch++) {
      if (touch + 1 < end && touch + 1 - first < MAX_TOUCHES && isSameVisit(history, touch)) continue;
      owners.push(person);
      firsts.push(first);
      ends.push(touch + 1);
      first = touch + 1;
    }
  }
  return { people: owners.finish(), firsts: firsts.finish(), ends: ends.finish() };
}

/** Whether the person's next touch belongs to the visit of this one. */
export function isSameVisit({ seconds }: History, touch: number): boolean {
  return (seconds[touch + 1] as number) - (seconds[touch] as number) <= VISIT_PAUSE_SECONDS;
}

function distinctProducts({ products, kinds, productIds }: History, firsts: Uint32Array, ends: Uint32Array) {
  const placeOf = new Uint32Array(productIds.length);
  const productStarts = new Uint32Array(firsts.length + 1);
  const distinct = new Uint32Array(products.length);
  const kindSets = new Uint8Array(products.length);
  let length = 0;
  for (let visit = 0; visit < firsts.length; visit++) {
    const start = length;
    for (let touch = firsts[visit] as number; touch < (ends[visit] as number); touch++) {
      const product = products[touch] as number;
      let place = placeOf[product] as number;
      if (place < start || place >= length || distinct[place] !== product) {
        place = length++;
        placeOf[product] = place;
        distinct[place] = product;
      }
      kindSets[place] = (kindSets[place] as number) | (kinds[touch] as number);
    }
    productStarts[visit + 1] = length;
  }
  return { productStarts, products: distinct.slice(0, length), kinds: kindSets.slice(0, length) };
}

function visitsByProduct(
  productCount: number,
  { productStarts, products }: { productStarts: Uint32Array; products: Uint32Array },
) {
  const { starts, positions } = groupPositions(products, productCount);
  const visitOfEntry = new Uint32Array(products.length);
  for (let visit = 0; visit + 1 < productStarts.length; visit++)
    visitOfEntry.fill(visit, productStarts[visit], productStarts[visit + 1]);
  return { visitStarts: starts, visitsOfProduct: positions.map((entry) => visitOfEntry[entry] as number) };
}
