import { randomBytes } from 'node:crypto';
import { messageOf } from '../../platform/errors.ts';
import {
  deleteModelRows,
  failAbandonedRuns,
  insertRun,
  listSurplusVersions,
  markFailed,
  publishRun,
  type RunRecord,
  updateRun,
} from '../../repositories/models.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { deleteStagedPairs } from '../../repositories/staged-pairs.repository.ts';
import type { BlendWeights } from '../blend/weights.ts';
import { type History, timeSpan } from '../history/history.ts';
import type { ModelMetrics } from './compare-models.ts';
import type { LearntModel } from './learn-model.ts';
import type { ModelParameters } from './parameters.ts';

export type TrainingOutcome = {
  modelVersion: string;
  status: 'published' | 'refused' | 'evaluation';
  /** Why it was refused. */
  detail: string | undefined;
  windowStart: string | undefined;
  windowEnd: string | undefined;
  /** Undefined when there was too little to learn from. */
  metrics: ModelMetrics | undefined;
  weights: BlendWeights | undefined;
  parameters: ModelParameters | undefined;
  events: number;
  people: number;
  products: number;
  seconds: number;
  peakMemoryBytes: number;
  /** Why rows that nobody needs could not be deleted; the next run tries again. */
  leftBehind?: string | undefined;
};

/** Published models whose rows stay, so that an older one can be taken back. */
const KEPT_MODELS = 3;

/** Starts a run under a version of its own. */
export async function startRun(session: Session): Promise<string> {
  const modelVersion = createModelVersion('als');
  await clearUp(session);
  await databaseOn(session).query(insertRun(modelVersion));
  return modelVersion;
}

/** Who trains it, when, and something that makes it unique. */
export function createModelVersion(trainer: 'als' | 'spark'): string {
  const time = new Date().toISOString().replace(/[-:]|\..*/g, '');
  return `${trainer}-${time}-${randomBytes(2).toString('hex')}`;
}

/**
 * Fails the runs that nobody is at work on, and deletes the rows that nobody needs: of old models, and of failed and refused
 * runs, whose Spark job may have gone on writing. For whoever holds the lock.
 */
export async function clearUp(session: Session): Promise<void> {
  const database = databaseOn(session);
  await database.query(failAbandonedRuns());
  for (const { model_version } of await database.query(listSurplusVersions(KEPT_MODELS)))
    await deleteModelRows(session, String(model_version));
  await database.query(deleteStagedPairs());
}

/** The same after a run, which stays what it is when this fails. Returns why it failed. */
export async function tryToClearUp(session: Session): Promise<string | undefined> {
  return clearUp(session).then(() => undefined, messageOf);
}

/**
 * Says why an unfinished run failed, and deletes its rows; any other is left as it is. Throws when the database cannot be
 * reached; then the next run does it.
 */
export async function failRun(session: Session, modelVersion: string, error: unknown): Promise<void> {
  const failed = await databaseOn(session).query(markFailed(modelVersion, messageOf(error)));
  if (failed.length > 0) await deleteModelRows(session, modelVersion);
}

type Ending = {
  history: History;
  learnt?: LearntModel | undefined;
  status: TrainingOutcome['status'];
  detail: string | undefined;
};

/** Records how the run ended, and publishes what is to be published, at once. */
export async function finishRun(
  session: Session,
  { modelVersion, startedAt }: { modelVersion: string; startedAt: number },
  { history, learnt, status, detail }: Ending,
): Promise<TrainingOutcome> {
  const { first, last } = timeSpan(history);
  const outcome: TrainingOutcome = {
    ...{ modelVersion, status, detail, windowStart: asTime(first), windowEnd: asTime(last) },
    ...{ metrics: learnt?.metrics, weights: learnt?.weights, parameters: learnt?.parameters },
    ...{ events: history.seconds.length, people: history.people.length, products: history.productIds.length },
    seconds: (performance.now() - startedAt) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * KIB,
  };
  const record = recordOf(outcome);
  if (status === 'published') await publishRun(session, modelVersion, record);
  else await databaseOn(session).query(updateRun(modelVersion, record));
  return outcome;
}

const KIB = 1024;

function asTime(seconds: number): string | undefined {
  return Number.isNaN(seconds) ? undefined : new Date(Math.ceil(seconds * 1000)).toISOString();
}

function recordOf(outcome: TrainingOutcome): RunRecord {
  return {
    status: outcome.status,
    detail: outcome.detail ?? null,
    window_start: outcome.windowStart ?? null,
    window_end: outcome.windowEnd ?? null,
    ...{ events: outcome.events, people: outcome.people, products: outcome.products },
    parameters: outcome.parameters ?? {},
    weights: outcome.weights ?? null,
    metrics: outcome.metrics ?? null,
    seconds: outcome.seconds,
    peak_memory_bytes: outcome.peakMemoryBytes,
  };
}
