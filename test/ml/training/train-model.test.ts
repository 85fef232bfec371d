import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TrainingOptions, trainModel } from '../../../ml/training/train-model.ts';
import { failRun } from '../../../ml/training/training-run.ts';
import { deleteModelRows, tryTrainingLock } from '../../../repositories/models.repository.ts';
import { type Session, withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase, withDatabase } from '../../brackets/database.ts';
import { productOf, storeShop } from './synthetic-shop.ts';

const DAY_MS = 86_400_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await storeShop(database);
});
afterAll(() => database.close());

const quick = { publish: true, tune: false, seed: 7, threads: 1 };
const train = (options: Partial<TrainingOptions> = {}, on = database) =>
  withSession(on.trainerUrl, (session) => trainModel(session, { ...quick, ...options }));

const currentModel = async (on = database) =>
  (await on.rows('select model_version from current_model'))[0]?.model_version;
const runs = async (status: string) =>
  (
    await database.rows('select model_version, detail from model_runs where status = $1 order by started_at', [status])
  ).map(({ model_version, detail }) => ({ model_version, detail }));
const rowsOf = async (modelVersion: unknown) => {
  const tables = ['product_neighbors', 'product_embeddings', 'user_embeddings', 'model_trending'];
  const contents = tables.map((table) =>
    database.rows(
      `select to_jsonb(t) - 'model_version' as row from ${table} t where model_version = $1 order by to_jsonb(t)::text`,
      [modelVersion],
    ),
  );
  return Object.fromEntries((await Promise.all(contents)).map((rows, index) => [tables[index], rows]));
};

test('publishes a model that knows what goes together, and says how it compares', async () => {
  const outcome = await train();
  expect(outcome).toMatchObject({ status: 'published', events: 5400, people: 900, products: 120 });
  expect(await currentModel()).toBe(outcome.modelVersion);
  const { model, popularity, item_knn, in_place } = outcome.metrics ?? {};
  expect(model?.hr_at_20).toBeGreaterThan(2 * (popularity?.hr_at_20 ?? 1));
  expect(model?.hr_at_20).toBeGreaterThan((item_knn?.hr_at_20 ?? 1) - 0.05);
  expect(in_place).toMatchObject({ model_version: 'untrained', is_recorded: false });

  const [tea = {}] = await database.rows(
    'select * from product_neighbors where model_version = $1 and product_id = $2',
    [outcome.modelVersion, productOf(3, 4)],
  );
  const nearest = (tea.neighbors as string[]).slice(0, 9);
  expect(nearest.sort()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9].map((place) => productOf(3, place)));
  expect((tea.reasons as number[]).slice(0, 9)).toEqual(Array(9).fill(3));
  expect((tea.when_last as number[]).length).toBe((tea.neighbors as string[]).length);
});

test('the same seed and history give the same tables', async () => {
  const outcomes = [await train({ publish: false }), await train({ publish: false, threads: 2, rowsPerPage: 300 })];
  expect(outcomes.map(({ status }) => status)).toEqual(['evaluation', 'evaluation']);
  const [first, second] = await Promise.all(outcomes.map(({ modelVersion }) => rowsOf(modelVersion)));
  expect(first?.product_neighbors).toHaveLength(120);
  expect(first?.user_embeddings?.length).toBeGreaterThan(800);
  expect(second).toEqual(first);
  expect(outcomes[1]?.weights).toEqual(outcomes[0]?.weights);
});

test('refuses a model that is worse than the one in place', async () => {
  const before = await currentModel();
  const outcome = await train({ windowDays: 1 });
  expect(outcome).toMatchObject({ status: 'refused', detail: expect.stringContaining(`worse than ${before}`) });
  expect(await currentModel()).toBe(before);
  expect((await rowsOf(outcome.modelVersion)).product_neighbors).toEqual([]);
});

test('a run that fails leaves the old model in place, and nothing of itself', async () => {
  const before = await currentModel();
  const failing = train({
    onProgress: (step) => {
      if (step === 'write') throw new Error('out of luck');
    },
  });
  await expect(failing).rejects.toThrow('out of luck');
  expect(await currentModel()).toBe(before);
  const [failed] = await runs('failed');
  expect(failed?.detail).toBe('out of luck');
  expect((await rowsOf(failed?.model_version)).product_neighbors).toEqual([]);
});

test('a run whose connection is cut leaves the old model in place, and the next run cleans up', async () => {
  const before = await currentModel();
  const cut = withSession(database.trainerUrl, (session) =>
    trainModel(cutBefore(session, 'insert into user_embeddings'), quick),
  );
  await expect(cut).rejects.toThrow();
  expect(await currentModel()).toBe(before);
  const [abandoned] = await runs('training');
  expect((await rowsOf(abandoned?.model_version)).product_neighbors).toHaveLength(120);

  await train({ publish: false });
  expect(await runs('training')).toEqual([]);
  expect((await rowsOf(abandoned?.model_version)).product_neighbors).toEqual([]);
});

/** Ends the session's backend before it sends the statement. */
function cutBefore(session: Session, statement: string): Session {
  return {
    query: async (text, params) => {
      if (text.startsWith(statement)) await terminateTrainer();
      return session.query(text, params);
    },
  };
}

async function terminateTrainer(): Promise<void> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  // Other test files have databases of their own on the same server.
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bazaar_trainer' and datname = current_database()",
  );
  await admin.end();
}

test('two trainings do not run at once', async () => {
  await withSession(database.url, async (session) => {
    await tryTrainingLock(session);
    await expect(train()).rejects.toThrow('another training is under way');
  });
  expect(await train({ publish: false })).toMatchObject({ status: 'evaluation' });
});

test('keeps the rows of the last three published models', async () => {
  for (let nth = 0; nth < 4; nth++) await train({ seed: nth });
  const published = await runs('published');
  const kept = await database.rows(
    'select distinct model_version from product_neighbors join model_runs using (model_version) where status = $1',
    ['published'],
  );
  expect(kept.map(({ model_version }) => model_version).sort()).toEqual(
    published
      .slice(-3)
      .map(({ model_version }) => model_version)
      .sort(),
  );
});

test('a model that is published stays so when old rows cannot be deleted, or somebody says that it failed', async () => {
  await withDatabase(async (shop) => {
    await storeShop(shop);
    await shop.rows(`insert into model_runs (model_version, trainer, status, finished_at)
      select 'old-' || n, 'als', 'published', now() - n * interval '1 day' from generate_series(1, 3) n`);
    await shop.rows("insert into product_neighbors values ('old-3', 'p', '{q}', '{1}', '{1}', '{4}')");
    await shop.rows('revoke delete on product_neighbors from bazaar_trainer');
    const outcome = await train({}, shop);
    expect(outcome).toMatchObject({ status: 'published', leftBehind: expect.stringContaining('permission denied') });

    await shop.rows('grant delete on product_neighbors to bazaar_trainer');
    await withSession(shop.trainerUrl, async (session) => {
      await failRun(session, outcome.modelVersion, new Error('too late'));
      await deleteModelRows(session, outcome.modelVersion);
    });
    expect(await currentModel(shop)).toBe(outcome.modelVersion);
    const kept = await shop.rows(
      'select model_version, status, count(*)::int as products from model_runs join product_neighbors using (model_version) group by 1, 2 order by 1',
    );
    expect(kept).toEqual([
      { model_version: outcome.modelVersion, status: 'published', products: 120 },
      { model_version: 'old-3', status: 'published', products: 1 },
    ]);
    expect((await train({ publish: false }, shop)).leftBehind).toBeUndefined();
    expect(await shop.rows("select from product_neighbors where model_version = 'old-3'")).toEqual([]);
  });
});

test('a model is judged on what the one in place has not seen', async () => {
  await withDatabase(async (shop) => {
    const newest = await storeShop(shop);
    await train({ until: new Date(newest.getTime() - 4 * DAY_MS) }, shop);
    const outcome = await train({}, shop);
    expect(outcome.metrics?.in_place).toMatchObject({ is_recorded: false });
    expect(outcome.status).toBe('published');
  });
});

test('too little history to learn from publishes nothing', async () => {
  await withDatabase(async (empty) => {
    expect(await train({}, empty)).toMatchObject({
      status: 'refused',
      detail: expect.stringContaining('too little history'),
      events: 0,
    });
    expect(await currentModel(empty)).toBe('untrained');
  });
});
