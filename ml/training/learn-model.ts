import type { Session } from '../../repositories/neon-database.ts';
import { foldPairs } from '../blend/folded-neighbours.ts';
import type { PairLists } from '../blend/pair-features.ts';
import { createScorer } from '../blend/score.ts';
import type { BlendWeights } from '../blend/weights.ts';
import type { History } from '../history/history.ts';
import { type Visits, visitsOf } from '../history/visits.ts';
import { itemKnnRanks, popularityRanks } from './baselines.ts';
import { blendWeights } from './blend-weights.ts';
import { chooseParameters } from './choose-parameters.ts';
import type { InPlaceMetrics, ModelMetrics } from './compare-models.ts';
import { type HoldOut, holdOut, holdOutFrom, MIN_EXAMPLES } from './hold-out.ts';
import { learnWeights } from './learn-weights.ts';
import { type ModelInPlace, ranksInPlace, readModelInPlace } from './model-in-place.ts';
import { FIRST_PARAMETERS, type ModelParameters, TUNED_SIZE } from './parameters.ts';
import { measureRanking, type RankOf } from './ranking-metrics.ts';
import { type ThreadOptions, trainFactors, trainPairs } from './train-pairs.ts';
import type { TrainedPairs } from './trained-pairs.ts';
import { chooseHalfLife, trendingVotes } from './trending-votes.ts';

export type LearningOptions = ThreadOptions & {
  readonly tune: boolean;
  readonly seed: number;
  /** Pairs that were trained elsewhere, and what was decided for them. */
  readonly trained?: TrainedPairs | undefined;
  readonly onProgress: (step: string, done: number, of: number) => void;
};

/** What the held-out days taught: everything but the pairs, which all days will give. */
export type LearntModel = {
  readonly parameters: ModelParameters;
  /** Of all features, in the order of their columns. */
  readonly learnt: Float64Array;
  readonly weights: BlendWeights;
  readonly metrics: ModelMetrics;
};

/** Trains on what is before the held-out days, and learns from these; undefined when there is too little to hold out. */
export async function learnModel(
  session: Session,
  { history, visits }: { history: History; visits: Visits },
  options: LearningOptions,
): Promise<LearntModel | undefined> {
  const inPlace = await readModelInPlace(session);
  const decision = await decide({ history, visits }, inPlace?.seenUntil, options);
  if (decision === undefined) return undefined;
  const { held, parameters } = decision;
  const [learning, measuring] = halves(held.examples);
  const lists = await (options.trained?.past(history.productIds) ?? trainOnPast(history, held, parameters, options));
  options.onProgress('learn weights', 0, 2);
  const halfLifeDays = chooseHalfLife(history, held.since);
  const task = { history, visits, lists, positionDecay: parameters.position_decay, seed: options.seed };
  const scale = { positionDecay: parameters.position_decay, halfLifeDays };
  const measured = learnWeights(task, learning);
  options.onProgress('learn weights', 1, 2);
  const model = { lists, learnt: measured, weights: blendWeights(measured, scale) };
  const metrics = await measure(session, { history, visits, held, measuring }, model, inPlace);
  const learnt = learnWeights(task, held.examples);
  options.onProgress('learn weights', 2, 2);
  return { parameters, learnt, weights: blendWeights(learnt, scale), metrics };
}

/** What is held out, and with which parameters pairs are trained. */
export type Decision = { readonly held: HoldOut; readonly parameters: ModelParameters };

/** Chooses the parameters that rank the first half of what is held out best; undefined when there is too little of it. */
export async function decide(
  { history, visits }: { history: History; visits: Visits },
  seenUntil: number | undefined,
  options: LearningOptions,
): Promise<Decision | undefined> {
  const { trained, seed } = options;
  const held =
    trained === undefined ? holdOut(history, visits, seed, seenUntil) : holdOutFrom(history, trained.since, seed);
  if (held.examples.length < MIN_EXAMPLES) return undefined;
  if (trained !== undefined) return { held, parameters: trained.parameters };
  const [learning] = halves(held.examples);
  return { held, parameters: await choose({ history, visits, held, learning }, options) };
}

function halves(examples: Uint32Array): [learning: Uint32Array, measuring: Uint32Array] {
  const half = examples.length >> 1;
  return [examples.subarray(0, half), examples.subarray(half)];
}

type Task = { history: History; visits: Visits; held: HoldOut };

function choose({ held, learning, ...task }: Task & { learning: Uint32Array }, options: LearningOptions) {
  const { onProgress, ...rest } = options;
  return chooseParameters({
    ...{ ...task, ...rest, since: held.since, examples: learning },
    first: options.tune ? { ...FIRST_PARAMETERS, ...TUNED_SIZE } : FIRST_PARAMETERS,
    onTrial: (done, of) => onProgress('choose parameters', done, of),
  });
}

async function trainOnPast(
  history: History,
  { since }: HoldOut,
  parameters: ModelParameters,
  { onProgress, seed, tune: _, ...threads }: LearningOptions,
): Promise<PairLists> {
  const onIteration = (done: number, of: number) => onProgress('train on the past', done, of + 1);
  const factors = await trainFactors(history, since, parameters, { ...threads, seed, onIteration });
  const lists = await trainPairs(history, visitsOf(history, since), factors, { ...threads, parameters });
  onProgress('train on the past', parameters.iterations + 1, parameters.iterations + 1);
  return lists;
}

async function measure(
  session: Session,
  { history, visits, held, measuring }: Task & { measuring: Uint32Array },
  { lists, learnt, weights }: { lists: PairLists; learnt: Float64Array; weights: BlendWeights },
  inPlace: ModelInPlace | undefined,
): Promise<ModelMetrics> {
  const productCount = history.productIds.length;
  const neighbours = foldPairs(lists, learnt, productCount);
  const { rank } = createScorer({ neighbours, weights, visits, productCount });
  const votes = trendingVotes(history, held.since, weights.half_life_days);
  const past = visitsOf(history, held.since);
  return {
    model: measureRanking(history, measuring, rank),
    popularity: measureRanking(history, measuring, popularityRanks(votes)),
    item_knn: measureRanking(history, measuring, itemKnnRanks(past, productCount)),
    in_place:
      inPlace === undefined ? null : await compare(session, inPlace, rank, { history, visits, examples: measuring }),
  };
}

/** So many examples that the model in place has not seen are enough to tell who is better. */
const ENOUGH_UNSEEN = 200;

async function compare(
  session: Session,
  inPlace: ModelInPlace,
  rank: RankOf,
  { history, visits, examples }: { history: History; visits: Visits; examples: Uint32Array },
): Promise<InPlaceMetrics | null> {
  const { modelVersion: model_version, recorded, seenUntil } = inPlace;
  const unseen = examples.filter((touch) => seenUntil === undefined || (history.seconds[touch] as number) > seenUntil);
  if (unseen.length >= ENOUGH_UNSEEN || seenUntil === undefined) {
    const rankInPlace = await ranksInPlace(session, inPlace, { history, visits, examples: unseen });
    const in_place = measureRanking(history, unseen, rankInPlace);
    return { model_version, is_recorded: false, in_place, model: measureRanking(history, unseen, rank) };
  }
  if (recorded === undefined) return null;
  const model = measureRanking(history, examples, rank);
  return { model_version, is_recorded: true, in_place: recorded, model };
}
