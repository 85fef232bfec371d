import type { SparseMatrix } from '../als/sparse-matrix.ts';
import { reals, wholeNumbers } from '../history/growing-column.ts';
import { ADDED, BOUGHT, endBefore, type History, type TouchKind, VIEWED } from '../history/history.ts';
import type { EventWeights } from './visit-pairs.ts';

const DAY_SECONDS = 86_400;
/** An old touch is next to nothing, but more than nothing in 32 bits. */
const MIN_WEIGHT = 1e-9;

export type InteractionOptions = {
  readonly eventWeights: EventWeights;
  /** What a touch says halves with each such time. */
  readonly halfLifeDays: number;
  /** Touches from this second on are left out; ages count from it. */
  readonly before: number;
  /** At most so many people, those with the newest touches. */
  readonly maxPeople: number;
};

/** Rows of the matrix are people; `people[row]` is the number in the history. */
export type Interactions = { readonly matrix: SparseMatrix; readonly people: Uint32Array };

/** How much each person has to do with each product: Σ of the touches' weights, by age. */
export function interactionsOf(history: History, options: InteractionOptions): Interactions {
  const { products, productIds } = history;
  const people = choosePeople(history, options);
  const rowStarts = new Uint32Array(people.length + 1);
  const columns = wholeNumbers();
  const values = reals();
  const sums = new Float64Array(productIds.length);
  const weigh = touchWeight(history, options);
  people.forEach((person, row) => {
    const touched: number[] = [];
    const end = endBefore(history, person, options.before);
    for (let touch = history.personStarts[person] as number; touch < end; touch++) {
      const product = products[touch] as number;
      if (sums[product] === 0) touched.push(product);
      sums[product] = (sums[product] as number) + weigh(touch);
    }
    for (const product of touched) {
      columns.push(product);
      values.push(sums[product] as number);
      sums[product] = 0;
    }
    rowStarts[row + 1] = (rowStarts[row] as number) + touched.length;
  });
  const [rowCount, columnCount] = [people.length, productIds.length];
  return { matrix: { rowCount, columnCount, rowStarts, columns: columns.finish(), values: values.finish() }, people };
}

/** People with several products, in the order of the history. */
function choosePeople(history: History, { before, maxPeople }: InteractionOptions): Uint32Array {
  const { people, personStarts, products, seconds } = history;
  const several: number[] = [];
  for (let person = 0; person < people.length; person++) {
    const touched = products.subarray(personStarts[person], endBefore(history, person, before));
    if (touched.some((product) => product !== touched[0])) several.push(person);
  }
  if (several.length <= maxPeople) return Uint32Array.from(several);
  const newest = (person: number) => seconds[endBefore(history, person, before) - 1] as number;
  return Uint32Array.from(several.sort((a, b) => newest(b) - newest(a) || a - b).slice(0, maxPeople)).sort();
}

function touchWeight({ seconds, kinds }: History, { eventWeights, halfLifeDays, before }: InteractionOptions) {
  const weights = { [VIEWED]: eventWeights.view, [ADDED]: eventWeights.add_to_cart, [BOUGHT]: eventWeights.purchase };
  return (touch: number): number => {
    const days = (before - (seconds[touch] as number)) / DAY_SECONDS;
    return Math.max(MIN_WEIGHT, (weights[kinds[touch] as TouchKind] as number) * 0.5 ** (days / halfLifeDays));
  };
}
