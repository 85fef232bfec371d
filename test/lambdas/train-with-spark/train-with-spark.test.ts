import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endTraining, startTraining } from '../../../lambdas/train-with-spark/train-with-spark.ts';
import { finishSparkRun } from '../../../ml/training/finish-spark-run.ts';
import { withTrainingLock } from '../../../ml/training/training-lock.ts';
import { type Session, withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { storeShop } from '../../ml/training/synthetic-shop.ts';
import { markStaged, stagePairs } from './staged-by-spark.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await storeShop(database);
});
afterAll(() => database.close());

const inSession = <T>(work: (session: Session) => Promise<T>) => withSession(database.trainerUrl, work);
const options = (jobRunId: string) => ({
  ...{ remainingMs: 600_000, threads: 1, windowDays: 180, metrics: () => undefined },
  log: { info: () => undefined, warn: () => undefined },
  startJob: async () => jobRunId,
});
const start = async (jobRunId: string) =>
  (await inSession((session) => startTraining(session, options(jobRunId)))) as string;
const end = (jobRunId: string) =>
  inSession((session) => endTraining(session, { jobRunId, state: 'SUCCESS' }, options(jobRunId)));
const complete = async (modelVersion: string, areGood = true) => {
  await stagePairs(database, modelVersion, { areGood });
  await markStaged(database, modelVersion);
};
const statusOf = async (modelVersion: string) =>
  (await database.rows('select status from model_runs where model_version = $1', [modelVersion]))[0]?.status;
const current = async () => (await database.rows('select model_version from current_model'))[0]?.model_version;
const rowsOf = async (modelVersion: string) => {
  const text = `select (select count(*) from staged_pairs where model_version = $1)::int as staged,
    (select count(*) from product_embeddings where model_version = $1)::int as vectors`;
  return (await database.rows(text, [modelVersion]))[0];
};

test('the end of a job waits for the training under way, and told twice at once it finishes the model once', async () => {
  const modelVersion = await start('job-1');
  await complete(modelVersion);
  let isHeld = false;
  const another = inSession((session) =>
    withTrainingLock(session, async () => {
      isHeld = true;
      await sleep(500);
    }),
  );
  while (!isHeld) await sleep(10);
  const outcomes = await Promise.all([end('job-1'), end('job-1')]);
  await another;
  expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
  expect(outcomes.find((outcome) => outcome !== undefined)).toMatchObject({ modelVersion, status: 'published' });
  expect(await current()).toBe(modelVersion);
  expect(await rowsOf(modelVersion)).toEqual({ staged: 0, vectors: 1 });
});

test('a complete run whose end did not come through is finished before another one is planned', async () => {
  const unheard = await start('job-2');
  await complete(unheard);
  await inSession((holder) =>
    withTrainingLock(holder, async () => {
      const finishing = inSession((session) => finishSparkRun(session, unheard, { publish: true, threads: 1 }));
      await expect(finishing).rejects.toThrow('another training is under way');
    }),
  );
  const next = await start('job-3');
  expect(await statusOf(unheard)).toBe('published');
  expect(await statusOf(next)).toBe('training');
});

test('a run that is refused leaves no rows, nor does a job that goes on writing for a run that failed', async () => {
  const given = await start('job-4');
  await stagePairs(database, given);
  const next = await start('job-5');
  expect(await statusOf(given)).toBe('failed');
  expect(await rowsOf(given)).toEqual({ staged: 0, vectors: 0 });
  await stagePairs(database, given);
  await complete(next, false);
  expect(await end('job-5')).toMatchObject({ status: 'refused' });
  expect(await rowsOf(next)).toEqual({ staged: 0, vectors: 0 });
  expect(await rowsOf(given)).toEqual({ staged: 0, vectors: 0 });

  await stagePairs(database, next);
  await start('job-6');
  expect(await rowsOf(next)).toEqual({ staged: 0, vectors: 0 });
});
