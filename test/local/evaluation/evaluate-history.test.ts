import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';
import { plantHistory, RETURNING, SINCE } from '../../ml/evaluation/planted-history.ts';
import { lastLine, startEvaluate } from './evaluate-command.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await plantHistory(database);
});
afterAll(() => database.close());

const run = (args: string[]) => startEvaluate(args, { DATABASE_URL: database.url }).end();
const counts = async () => {
  const [row] = await database.rows(`select (select model_version from current_model) as current,
    (select count(*) from product_embeddings) + (select count(*) from user_embeddings) + (select count(*) from product_neighbors)
      + (select count(*) from model_trending) as model_rows,
    (select count(*) from model_runs where status = 'evaluation') as runs,
    (select count(*) from experiment_exposures) as exposures`);
  return row;
};

/** Enough to learn from: visitors who look at three things that go together, in the two days before. */
async function plantVisits(): Promise<void> {
  const visitors = Array.from({ length: 150 }, (_, n) => ({ anonymous_id: randomUUID(), n }));
  await store(
    database,
    visitors.flatMap(({ anonymous_id, n }) =>
      ['pot', 'lid', 'jar'].map((name, nth) => ({
        ...{ type: 'product_view', anonymous_id, product_id: `${name}-${n % 8}` },
        occurred_at: new Date(SINCE.getTime() - 2 * DAY_MS + (n * 15 + nth) * MINUTE_MS).toISOString(),
      })),
    ),
  );
}

test('with too little history says so, and what the shop gets without a trained model', async () => {
  const { status, output, errors } = await run(['--since', SINCE.toISOString(), '--json']);
  const details = lastLine(output);
  expect(details).toMatchObject({ model: { asked: 'untrained', status: 'refused' }, people: { novel: RETURNING } });
  expect(details.metrics.novel_recall_at_20).toBe(0.5);
  expect(errors).toMatch(/^training was refused: too little history/m);
  expect(status).toBe(0);
});

test('says what the shop would have got since a date, and keeps nothing of it but the run and the experiment', async () => {
  await plantVisits();
  const before = await counts();
  const experiment = ['--experiment', 'e1', '--variants', 'trained,trending'];
  const { status, output, errors } = await run(['--since', SINCE.toISOString(), ...experiment, '--json']);
  expect(errors + status).toMatch(/0$/);
  const { metrics, ...details } = lastLine(output);
  expect(details).toMatchObject({ people: { purchases: RETURNING / 2, novel: RETURNING }, since: SINCE.toISOString() });
  expect(metrics.novel_recall_at_20).toBeGreaterThan(metrics.popularity_novel_recall_at_20 ?? Number.NaN);
  expect(metrics.purchase_recall_at_20).toBeGreaterThan(metrics.popularity_purchase_recall_at_20 ?? Number.NaN);
  expect(await counts()).toEqual({ ...before, runs: '1', exposures: String(2 * RETURNING) });
});

test('refuses to look back when no database is given', async () => {
  const { status, errors } = await startEvaluate(['--since', '2026-01-01', '--data-dir', '/nowhere']).end();
  expect(status).toBe(2);
  expect(errors).toMatch(/no database is given and no system runs on \/nowhere: .*set DATABASE_URL/);
});
