import { groupPositions } from '../history/group-positions.ts';
import { wholeNumbers } from '../history/growing-column.ts';
import { LIST_LENGTH } from '../training/ranking-metrics.ts';
import { countSessions, type SessionHistory, sessionAt } from './session-history.ts';

/**
 * What a model is held against: gives the list for a prefix (oldest first), best first. Apart from what the trainer measures
 * itself against, so that a mistake in its pairs cannot hide in both.
 */
export type Baseline = (prefix: readonly string[]) => string[];

/** The products with the most clicks, the same for everybody; of equals the one that was seen first. */
export function popularity({ products, clicks }: SessionHistory): Baseline {
  const counts = new Float64Array(products.length);
  for (const product of clicks) counts[product] = at(counts, product) + 1;
  const top = best(products.keys(), counts, LIST_LENGTH).map((product) => products[product] ?? '');
  return () => top;
}

const NEIGHBOURS = 100;
const POSITION_DECAY = 0.7;

/**
 * Nearest neighbours among products: the cosine of the sets of sessions that hold them, a product being its own nearest, 100
 * neighbours each, and the products of the prefix weighed by 0.7 to the power of how many distinct ones came after.
 */
export function itemKnn(history: SessionHistory): Baseline {
  const neighboursOf = cosineNeighbours(history);
  const scores = new Float64Array(history.products.length);
  return (prefix) => {
    const touched = new Set<number>();
    [...new Set(prefix.toReversed())].forEach((id, position) => {
      const product = history.indexOf.get(id);
      if (product === undefined) return;
      const { ids, cosines } = neighboursOf(product);
      ids.forEach((neighbour, nth) => {
        scores[neighbour] = at(scores, neighbour) + POSITION_DECAY ** position * at(cosines, nth);
        touched.add(neighbour);
      });
    });
    const list = best(touched, scores, LIST_LENGTH).map((product) => history.products[product] ?? '');
    for (const product of touched) scores[product] = 0;
    return list;
  };
}

type Neighbours = { ids: Uint32Array; cosines: Float64Array };

/** Neighbours are found when a product is first asked for, and kept. */
function cosineNeighbours(history: SessionHistory): (product: number) => Neighbours {
  const sessionsOf = sessionsByProduct(history);
  const known = new Map<number, Neighbours>();
  const together = new Float64Array(history.products.length);
  const find = (product: number): Neighbours => {
    const met = new Set<number>();
    for (const session of sessionsOf(product))
      for (const other of new Set(sessionAt(history, session))) {
        together[other] = at(together, other) + 1;
        met.add(other);
      }
    for (const other of met)
      together[other] = at(together, other) / Math.sqrt(sessionsOf(product).length * sessionsOf(other).length);
    const ids = Uint32Array.from(best(met, together, NEIGHBOURS));
    const cosines = Float64Array.from(ids, (id) => at(together, id));
    for (const other of met) together[other] = 0;
    return { ids, cosines };
  };
  return (product) => {
    const neighbours = known.get(product) ?? find(product);
    known.set(product, neighbours);
    return neighbours;
  };
}

/** The sessions that hold a product, each once. */
function sessionsByProduct(history: SessionHistory): (product: number) => Uint32Array {
  const [products, sessions] = [wholeNumbers(), wholeNumbers()];
  for (let session = 0; session < countSessions(history); session++)
    for (const product of new Set(sessionAt(history, session))) {
      products.push(product);
      sessions.push(session);
    }
  const { starts, positions } = groupPositions(products.finish(), history.products.length);
  const sessionOf = sessions.finish();
  const grouped = positions.map((position) => sessionOf[position] ?? 0);
  return (product) => grouped.subarray(starts[product], starts[product + 1]);
}

/** The ids with the greatest scores, of equals the smaller id first. */
function best(ids: Iterable<number>, scores: Float64Array, count: number): number[] {
  return [...ids].sort((a, b) => at(scores, b) - at(scores, a) || a - b).slice(0, count);
}

const at = (array: Uint32Array | Float64Array, index: number) => array[index] ?? 0;
