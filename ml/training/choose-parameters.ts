import { foldPairs } from '../blend/folded-neighbours.ts';
import { createScorer } from '../blend/score.ts';
import type { History } from '../history/history.ts';
import { trailBefore } from '../history/trail.ts';
import { type Visits, visitsOf } from '../history/visits.ts';
import { noPairs } from '../pairs/pair-list.ts';
import { blendWeights } from './blend-weights.ts';
import { factorRanks } from './factor-ranks.ts';
import { learnWeights } from './learn-weights.ts';
import type { ModelParameters } from './parameters.ts';
import { measureRanking, type RankingMetrics } from './ranking-metrics.ts';
import { type ThreadOptions, trainFactors, trainVisitPairs } from './train-pairs.ts';

type Choices = { readonly [Name in keyof ModelParameters]?: readonly ModelParameters[Name][] };

/** One shop needs an alpha of 200 and another one of 1, so that these are tried each time. */
const ALPHAS: Choices = { alpha: [40, 1, 200] };
const MORE_FOR_FACTORS: Choices = { regularization: [10, 1, 50], confidence_half_life_days: [90, 30, 365] };
const MORE_FOR_VISITS: Choices = {
  event_weights: [
    { view: 1, add_to_cart: 3, purchase: 2 },
    { view: 1, add_to_cart: 1, purchase: 1 },
    { view: 1, add_to_cart: 8, purchase: 5 },
  ],
  position_decay: [0.7, 0.6, 0.8],
  recent_share: [0.15, 0.05, 0.4],
  cosine_power: [0.7, 0.5],
};

/** Small factors order the choices as large ones do, at a tenth of the time. */
const TRIAL = { factors: 32, iterations: 4 };
const TRIAL_EXAMPLES = 500;

export type ParameterSearch = ThreadOptions & {
  readonly history: History;
  readonly visits: Visits;
  readonly since: number;
  readonly examples: Uint32Array;
  readonly seed: number;
  /** Where the search begins. */
  readonly first: ModelParameters;
  /** Searches all parameters instead of alpha alone. */
  readonly tune: boolean;
  readonly onTrial: (done: number, of: number) => void;
};

/** The parameters with which examples are ranked best; factors are judged alone, and so are visits. */
export async function chooseParameters(search: ParameterSearch): Promise<ModelParameters> {
  const factorChoices = search.tune ? { ...ALPHAS, ...MORE_FOR_FACTORS } : ALPHAS;
  const visitChoices = search.tune ? MORE_FOR_VISITS : {};
  const trials = countTrials(factorChoices) + countTrials(visitChoices);
  let done = 0;
  const count = () => search.onTrial(++done, trials);
  const judgeVisits = visitJudge(search);
  const visits = await improve(search.first, visitChoices, judgeVisits, count);
  return improve(visits, factorChoices, factorJudge(search), count);
}

type Judge = (parameters: ModelParameters) => Promise<number>;

/** One parameter after the other takes the value that is judged best. */
async function improve(first: ModelParameters, choices: Choices, judge: Judge, count: () => void) {
  let best = first;
  if (countTrials(choices) === 0) return best;
  let highest = await judge(first);
  for (const [name, values] of Object.entries(choices))
    for (const value of values) {
      const tried = { ...best, [name]: value };
      count();
      if (JSON.stringify(tried) === JSON.stringify(best)) continue;
      const score = await judge(tried);
      if (score > highest) [best, highest] = [tried, score];
    }
  return best;
}

function factorJudge(search: ParameterSearch): Judge {
  const { history, since, seed, examples, threads, workerEntry, signal } = search;
  const isNovel = (touch: number) => !trailBefore(history, touch).context.includes(history.products[touch] as number);
  const novel = examples.filter(isNovel).slice(0, TRIAL_EXAMPLES);
  return async (parameters) => {
    const model = await trainFactors(
      history,
      since,
      { ...parameters, ...TRIAL },
      { seed, threads, workerEntry, signal },
    );
    return quality(measureRanking(history, novel, factorRanks(model, parameters.position_decay)));
  };
}

/** Judges the blend without factors: learnt on one half of the examples, measured on the other. */
function visitJudge(search: ParameterSearch): Judge {
  const { history, visits, since, seed } = search;
  const past = visitsOf(history, since);
  const productCount = history.productIds.length;
  const half = search.examples.length >> 1;
  return async (parameters) => {
    search.signal?.throwIfAborted();
    const lists = { ...trainVisitPairs(history, past, parameters), als: noPairs(productCount) };
    const positionDecay = parameters.position_decay;
    const learnt = learnWeights({ history, visits, lists, positionDecay, seed }, search.examples.subarray(0, half));
    const neighbours = foldPairs(lists, learnt, productCount);
    const weights = blendWeights(learnt, { positionDecay, halfLifeDays: 1 });
    const { rank } = createScorer({ neighbours, weights, visits, productCount });
    return quality(measureRanking(history, search.examples.subarray(half), rank));
  };
}

function quality({ hr_at_20, mrr_at_20 }: RankingMetrics): number {
  return (hr_at_20 ?? 0) + (mrr_at_20 ?? 0);
}

function countTrials(choices: Choices): number {
  return Object.values(choices).reduce((sum, values) => sum + values.length, 0);
}
