import type { Session } from '../../repositories/neon-database.ts';
import { foldPairs } from '../blend/folded-neighbours.ts';
import type { PairLists } from '../blend/pair-features.ts';
import { type History, timeSpan } from '../history/history.ts';
import { readHistory } from '../history/read-history.ts';
import { type Visits, visitsOf } from '../history/visits.ts';
import { withProducts } from '../history/with-products.ts';
import { reasonToRefuse } from './compare-models.ts';
import { MIN_EXAMPLES } from './hold-out.ts';
import { type LearntModel, learnModel } from './learn-model.ts';
import { pairReasons } from './pair-reasons.ts';
import type { ModelParameters } from './parameters.ts';
import { type Factors, type ThreadOptions, trainFactors, trainPairs } from './train-pairs.ts';
import type { TrainedPairs } from './trained-pairs.ts';
import { withTrainingLock } from './training-lock.ts';
import { failRun, finishRun, startRun, type TrainingOutcome, tryToClearUp } from './training-run.ts';
import { trendingCandidates } from './trending-candidates.ts';
import { trendingVotes } from './trending-votes.ts';
import { writeModel } from './write-model.ts';

export type TrainingOptions = ThreadOptions & {
  /** The model sees events until then; now, when left out. */
  readonly until?: Date | undefined;
  /** False: written with the status `evaluation`, never served. */
  readonly publish: boolean;
  /** Searches more parameters, with larger factors, for those who can wait. */
  readonly tune: boolean;
  /** The same seed and history give the same tables. */
  readonly seed: number;
  readonly onProgress?: (step: string, done: number, of: number) => void;
  /** Pairs of a run that Spark trained: the rest of it is done here, under its version. */
  readonly trained?: TrainedPairs | undefined;
  /** How many days before the newest event are read; 180 when left out. */
  readonly windowDays?: number;
  /** Rows that the database answers at once; 25,000 when left out. */
  readonly rowsPerPage?: number;
};

const WINDOW_DAYS = 180;
export const ROWS_PER_PAGE = 25_000;

export type { TrainingOutcome };

/**
 * Trains a model on the history in the database, judges it on the last days, and publishes it unless it is worse than
 * popularity or than the model in place. Until then, and whatever happens before, the model in place serves.
 *
 * @param session direct, not pooled: it holds a lock. Its role is `bazaar_trainer` or the owner.
 * @throws BazaarError (`training_failed`) when another training is under way or this one cannot go on; the signal's reason
 *   when it is aborted.
 */
export async function trainModel(session: Session, options: TrainingOptions): Promise<TrainingOutcome> {
  const startedAt = performance.now();
  return withTrainingLock(session, async () => {
    const modelVersion = options.trained?.modelVersion ?? (await startRun(session));
    const outcome = await run(session, { modelVersion, startedAt, ...options }).catch(async (error: unknown) => {
      await failRun(session, modelVersion, error).catch(() => undefined);
      throw error;
    });
    return { ...outcome, leftBehind: await tryToClearUp(session) };
  });
}

type Run = TrainingOptions & { modelVersion: string; startedAt: number };

async function run(session: Session, options: Run): Promise<TrainingOutcome> {
  const progress = progressOf(options);
  const { windowDays = WINDOW_DAYS, rowsPerPage = ROWS_PER_PAGE, until = new Date(), signal } = options;
  const touched = await readHistory(session, {
    ...{ upto: until, windowDays, rowsPerPage, signal },
    onPage: (done, of) => progress('read history', done, of),
  });
  const history = options.trained === undefined ? touched : withProducts(touched, options.trained.productIds);
  const visits = visitsOf(history);
  const learnt = await learnModel(session, { history, visits }, { ...options, onProgress: progress });
  if (learnt === undefined) return finishRun(session, options, { history, status: 'refused', detail: TOO_LITTLE });
  const detail = options.publish ? reasonToRefuse(learnt.metrics) : undefined;
  if (detail !== undefined) return finishRun(session, options, { history, learnt, status: 'refused', detail });
  await trainOnEverything(session, { history, visits, learnt }, options);
  const status = options.publish ? 'published' : 'evaluation';
  return finishRun(session, options, { history, learnt, status, detail });
}

const TOO_LITTLE = `too little history: fewer than ${MIN_EXAMPLES} touches by known visitors to learn from`;

async function trainOnEverything(
  session: Session,
  { history, visits, learnt }: { history: History; visits: Visits; learnt: LearntModel },
  options: Run,
): Promise<void> {
  const progress = progressOf(options);
  const { parameters, weights } = learnt;
  const now = timeSpan(history).last + MICROSECOND;
  const { lists, factors } = await pairsOfEverything({ history, visits, parameters, now }, options);
  const neighbours = foldPairs(lists, learnt.learnt, history.productIds.length);
  const reasons = pairReasons(visits, neighbours);
  const votes = trendingVotes(history, now, weights.half_life_days);
  const trending = await trendingCandidates(session, history, votes);
  await writeModel(
    session,
    options.modelVersion,
    { history, neighbours, reasons, factors, trending },
    {
      signal: options.signal,
      onBatch: (done, of) => progress('write', done, of),
    },
  );
}

type Everything = { history: History; visits: Visits; parameters: ModelParameters; now: number };

/** Factors are undefined when who trained them has written them. */
async function pairsOfEverything(
  { history, visits, parameters, now }: Everything,
  options: Run,
): Promise<{ lists: PairLists; factors?: Factors }> {
  if (options.trained !== undefined) return { lists: await options.trained.everything(history.productIds) };
  const progress = progressOf(options);
  const onIteration = (done: number, of: number) => progress('train on everything', done, of + 1);
  const factors = await trainFactors(history, now, parameters, { ...options, onIteration });
  const lists = await trainPairs(history, visits, factors, { ...options, parameters });
  progress('train on everything', parameters.iterations + 1, parameters.iterations + 1);
  return { lists, factors };
}

const MICROSECOND = 1e-6;

function progressOf({ onProgress, signal }: Run): (step: string, done: number, of: number) => void {
  return (step, done, of) => {
    signal?.throwIfAborted();
    onProgress?.(step, done, of);
  };
}
