import { nearestProducts } from '../als/nearest-products.ts';
import { type AlsModel, trainAls } from '../als/train-als.ts';
import type { PairLists } from '../blend/pair-features.ts';
import type { History } from '../history/history.ts';
import type { Visits } from '../history/visits.ts';
import { factorPairs } from '../pairs/factor-pairs.ts';
import { type Interactions, interactionsOf } from '../pairs/interaction-matrix.ts';
import { NEIGHBOURS_PER_KIND } from '../pairs/pair-list.ts';
import { rulePairs } from '../pairs/rule-pairs.ts';
import { visitPairs } from '../pairs/visit-pairs.ts';
import type { ModelParameters } from './parameters.ts';

/** How the factors are computed: no part of the result depends on it. */
export type ThreadOptions = {
  readonly threads: number;
  readonly workerEntry?: URL | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** So many people bound the memory that their factors take: 128 MB at 64 factors. */
const MAX_PEOPLE = 500_000;

/** The best of trials on two public shop data sets. */
const LENGTH_POWER = 0.5;
const SHRINKAGE = 1;

export type VisitPairLists = Omit<PairLists, 'als'>;

/** The pairs that visits alone give. @param visits those to learn from. */
export function trainVisitPairs(history: History, visits: Visits, parameters: ModelParameters): VisitPairLists {
  const productCount = history.productIds.length;
  const eventWeights = parameters.event_weights;
  const { cosine_power, recent_power, recent_share } = parameters;
  const shared = { eventWeights, lengthPower: LENGTH_POWER, shrinkage: SHRINKAGE };
  const ageless = { ...shared, power: cosine_power, halfLifeShare: Number.POSITIVE_INFINITY };
  return {
    cosine: visitPairs(visits, productCount, ageless),
    recent: visitPairs(visits, productCount, { ...shared, power: recent_power, halfLifeShare: recent_share }),
    rules: rulePairs(history, visits),
  };
}

export type Factors = AlsModel & Pick<Interactions, 'people'>;

/** Factors of people and products from the touches before a second; zeros while nobody touched two products. */
export async function trainFactors(
  history: History,
  before: number,
  parameters: ModelParameters,
  { seed, onIteration, ...threads }: ThreadOptions & { seed: number; onIteration?: OnIteration },
): Promise<Factors> {
  const { event_weights: eventWeights, confidence_half_life_days: halfLifeDays } = parameters;
  const { matrix, people } = interactionsOf(history, { eventWeights, halfLifeDays, before, maxPeople: MAX_PEOPLE });
  const { alpha, regularization, factors, iterations } = parameters;
  if (people.length === 0) {
    const itemFactors = new Float32Array(matrix.columnCount * factors);
    return { factors, itemFactors, userFactors: new Float32Array(), people };
  }
  const progress = onIteration === undefined ? {} : { onProgress: onIteration };
  const model = await trainAls(matrix, { alpha, regularization, factors, iterations, seed, ...threads, ...progress });
  return { ...model, people };
}

type OnIteration = (done: number, of: number) => void;

/** All kinds of pairs. */
export async function trainPairs(
  history: History,
  visits: Visits,
  { itemFactors, factors }: AlsModel,
  { parameters, ...threads }: ThreadOptions & { parameters: ModelParameters },
): Promise<PairLists> {
  const nearest = await nearestProducts(itemFactors, { factors, count: NEIGHBOURS_PER_KIND, ...threads });
  return { ...trainVisitPairs(history, visits, parameters), als: factorPairs(nearest) };
}
