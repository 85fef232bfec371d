import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endTraining, startTraining } from '../../lambdas/train-with-spark/train-with-spark.ts';
import type { PairLists } from '../../ml/blend/pair-features.ts';
import { pairKinds } from '../../ml/blend/weights.ts';
import { readHistory } from '../../ml/history/read-history.ts';
import { visitsOf } from '../../ml/history/visits.ts';
import type { SparkParameters } from '../../ml/training/plan-spark-run.ts';
import { readStagedPairs } from '../../ml/training/staged-pairs.ts';
import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import { trainFactors, trainPairs } from '../../ml/training/train-pairs.ts';
import { type Session, withSession } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { findSpark, type Spark } from '../brackets/spark.ts';
import { plantShop } from './spark-shop.ts';

const found = await findSpark();
const spark = found as Spark;

const SEED = 1;
const THREADS = 2;
const TOP = 20;
const WINDOW_DAYS = 180;

describe.skipIf(found === undefined)('Spark (skipped without Python with venv, Java 17 and Maven)', () => {
  let database: TestDatabase;
  let touches: number;
  let ours: TrainingOutcome;
  beforeAll(async () => {
    database = await openTestDatabase();
    touches = await plantShop(database);
    ours = await inSession((session) =>
      trainModel(session, { publish: true, tune: false, seed: SEED, threads: THREADS }),
    );
  }, 300_000);
  afterAll(() => database?.close());

  const inSession = <T>(work: (session: Session) => Promise<T>) => withSession(database.trainerUrl, work);
  const options = (jobRunId: string) => ({
    remainingMs: 600_000,
    threads: THREADS,
    windowDays: WINDOW_DAYS,
    log: { info: () => undefined, warn: () => undefined },
    metrics: () => undefined,
    startJob: async () => jobRunId,
  });
  const start = async (jobRunId: string) =>
    (await inSession((session) => startTraining(session, options(jobRunId)))) as string;
  const end = (jobRunId: string, state: 'SUCCESS' | 'FAILED') =>
    inSession((session) => endTraining(session, { jobRunId, state }, options(jobRunId)));
  const current = async () => (await database.rows('select model_version from current_model'))[0]?.model_version;
  const count = async (table: string, modelVersion: string, which = 'true') => {
    const text = `select count(*) as n from ${table} where model_version = $1 and ${which}`;
    return Number((await database.rows(text, [modelVersion]))[0]?.n);
  };
  const run = async (modelVersion: string) =>
    (await database.rows('select * from model_runs where model_version = $1', [modelVersion]))[0];

  test('finds the neighbours that we find, and its model is as good as ours; ours publishes it', async () => {
    const modelVersion = await start('job-1');
    const { exitCode, output } = await spark.train(modelVersion, { databaseUrl: database.trainerUrl });
    expect(exitCode, output.slice(-3000)).toBe(0);
    expect(output).not.toContain(new URL(database.trainerUrl).password);
    const { parameters } = (await run(modelVersion)) as { parameters: SparkParameters & { staged: object } };
    expect(parameters.staged).toMatchObject({ touches });

    for (const part of ['held_out', 'whole'] as const) {
      const before = parameters.plan.before_seconds[part];
      const shares = await inSession((session) => sharesOfTop(session, { modelVersion, part, before, parameters }));
      expect(shares.cosine).toBeGreaterThan(0.999);
      expect(shares.recent).toBeGreaterThan(0.999);
      expect(shares.rules).toBeGreaterThan(0.999);
      // Ours with another seed has 0.67 on the real sessions; with another regularisation 0.43 at most.
      expect(shares.als).toBeGreaterThan(0.5);
    }

    const theirs = (await end('job-1', 'SUCCESS')) as TrainingOutcome;
    expect(theirs).toMatchObject({ modelVersion, status: 'published', events: touches });
    const hitRate = (outcome: TrainingOutcome) => outcome.metrics?.model.hr_at_20 ?? 0;
    expect(hitRate(theirs) / hitRate(ours)).toBeGreaterThan(0.95);
    expect(hitRate(theirs) / hitRate(ours)).toBeLessThan(1.05);
    expect(await current()).toBe(modelVersion);
    for (const table of ['product_neighbors', 'user_embeddings', 'model_trending'])
      expect(await count(table, modelVersion), table).toBe(await count(table, ours.modelVersion));
    // A product that only people of one product touched has zeros with us, and no vector of Spark's.
    const vectors = (version: string) => count('product_embeddings', version, '0 <> any (embedding)');
    expect(await vectors(modelVersion)).toBe(await vectors(ours.modelVersion));
    expect(await count('staged_pairs', modelVersion)).toBe(0);
    // Told once more, it changes nothing.
    expect(await end('job-1', 'SUCCESS')).toBeUndefined();
  }, 600_000);

  test('leaves the model in place when it fails half-way, says so, and leaves nothing behind', async () => {
    const before = await current();
    const modelVersion = await start('job-2');
    await database.rows(`update model_runs set parameters = parameters || '{"factors": -1}' where model_version = $1`, [
      modelVersion,
    ]);
    const { exitCode } = await spark.train(modelVersion, { databaseUrl: database.trainerUrl });
    expect(exitCode).not.toBe(0);
    expect(await count('staged_pairs', modelVersion)).toBeGreaterThan(0);
    await expect(end('job-2', 'SUCCESS')).rejects.toThrow('has not written all pairs');
    await expect(end('job-2', 'FAILED')).rejects.toThrow('the Spark job job-2 ended as FAILED');
    expect(await run(modelVersion)).toMatchObject({ status: 'failed', detail: expect.stringContaining('FAILED') });
    expect(await count('staged_pairs', modelVersion)).toBe(0);
    expect(await current()).toBe(before);
  }, 300_000);
});

type Part = { modelVersion: string; part: 'held_out' | 'whole'; before: number; parameters: SparkParameters };

/** For each kind of pair the mean part of our 20 nearest that are among Spark's 20; products without any left out. */
async function sharesOfTop(session: Session, { modelVersion, part, before, parameters }: Part) {
  const { plan } = parameters;
  const history = await readHistory(session, {
    ...{ upto: new Date(plan.upto), windowDays: WINDOW_DAYS, rowsPerPage: 25_000, onPage: () => undefined },
  });
  const factors = await trainFactors(history, before, parameters, { seed: SEED, threads: THREADS });
  const ours = await trainPairs(history, visitsOf(history, before), factors, { parameters, threads: THREADS });
  const theirs = await readStagedPairs(session, { modelVersion, part }, history.productIds);
  return Object.fromEntries(pairKinds.map((kind) => [kind, meanShare(ours, theirs, kind)]));
}

function meanShare(ours: PairLists, theirs: PairLists, kind: keyof PairLists): number {
  const top = ({ starts, neighbours }: PairLists['als'], product: number) => {
    const [first, end] = [starts[product] as number, starts[product + 1] as number];
    return neighbours.subarray(first, Math.min(end, first + TOP));
  };
  const shares: number[] = [];
  for (let product = 0; product + 1 < ours[kind].starts.length; product++) {
    const wanted = top(ours[kind], product);
    if (wanted.length === 0) continue;
    const found = new Set(top(theirs[kind], product));
    shares.push(wanted.filter((neighbour) => found.has(neighbour)).length / wanted.length);
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
