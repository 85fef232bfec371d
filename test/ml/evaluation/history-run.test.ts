import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTwoSessions } from '../../../local/evaluation/sessions.ts';
import { runHistory } from '../../../ml/evaluation/history-run.ts';
import { replayExperiment } from '../../../ml/evaluation/replayed-experiment.ts';
import type { Outcome } from '../../../repositories/evaluation-people.repository.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { plantHistory, RETURNING, SINCE } from './planted-history.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await plantHistory(database);
});
afterAll(() => database.close());

const asOf = { since: SINCE, modelVersion: 'untrained', signal: new AbortController().signal };
const run = (outcome: Outcome, { seed = 1, limit = 1_000 } = {}) =>
  withTwoSessions(database.url, (sessions) =>
    runHistory(sessions, outcome, { ...asOf, seed, limit, onPerson: () => undefined }),
  );
const experiment = (variants: string[]) =>
  withTwoSessions(database.url, async (sessions) => {
    const { people } = await runHistory(sessions, 'novel', {
      ...asOf,
      seed: 1,
      limit: 1_000,
      onPerson: () => undefined,
    });
    const shares = variants.map((variant) => ({ variant, share: 1 }));
    return replayExperiment(sessions, people, { ...asOf, experiment: 'e1', shares, onView: () => undefined });
  });
const results = async () => {
  const bi = new pg.Client({ connectionString: database.biUrl });
  await bi.connect();
  try {
    return (await bi.query('select * from analytics.experiment_results')).rows;
  } finally {
    await bi.end();
  }
};

test('foretells what was known to go together, and nothing that only came to be afterwards', async () => {
  const { people, model, popularity } = await run('novel');
  expect(people.map(({ userId }) => userId).sort()).toEqual(
    Array.from({ length: RETURNING }, (_, n) => `user-${n}`).sort(),
  );
  expect(people.every(({ relevant, seen }) => `${relevant} after ${seen}` === 'cup,later after tea')).toBe(true);
  expect(model.recall_at_20).toBe(0.5);
  expect(popularity.recall_at_20).toBe(0);
});

test('foretells what the buyers bought, seen or not', async () => {
  const { people, model, popularity, answerMs } = await run('purchases');
  expect(people).toHaveLength(RETURNING / 2);
  expect(model).toMatchObject({ recall_at_20: 1, ndcg_at_20: 1 });
  expect(popularity.recall_at_20).toBeLessThan(0.5);
  expect(answerMs).toHaveLength(RETURNING / 2);
});

test('what is hidden or sold out today is in no list, nor in that of popularity', async () => {
  await database.rows(`insert into products (product_id, hidden, available)
    select 'decoy-' || n, n % 2 = 0, n % 2 = 0 from generate_series(0, 24) n
    on conflict (product_id) do update set hidden = excluded.hidden, available = excluded.available`);
  const { popularity } = await run('purchases');
  await database.rows('update products set hidden = false, available = true');
  expect(popularity).toMatchObject({ recall_at_20: 1 });
});

test('asks the same people for the same seed, others for another', async () => {
  const ids = async (seed: number) => (await run('novel', { seed, limit: 10 })).people.map(({ userId }) => userId);
  const first = await ids(1);
  expect(first).toHaveLength(10);
  expect(await ids(1)).toEqual(first);
  expect(await ids(2)).not.toEqual(first);
});

test('replays an experiment whose exposures, clicks and conversions the BI role reads', async () => {
  const found = await experiment(['untrained', 'trending']);
  expect(found.reduce((sum, { exposures }) => sum + exposures, 0)).toBe(2 * RETURNING);
  const [trending, untrained] = await results();
  expect(Number(trending.people) + Number(untrained.people)).toBe(RETURNING);
  expect(trending).toMatchObject({ experiment: 'e1', variant: 'trending', clicks: '0', mean_position: null });
  // Each sees two lists, and by the second view knows what new visitors went on to from tea.
  expect(untrained).toMatchObject({ exposures: String(2 * untrained.people), click_through_rate: '1.0000' });
  const [bought] = await database.rows(`select count(distinct e.user_id)::text as buyers from experiment_exposures e
    join user_purchase_history using (user_id) where variant = 'untrained'`);
  expect(untrained.conversions).toBe(bought?.buyers);
  expect(Number(bought?.buyers)).toBeGreaterThan(0);
});

test('an experiment that is run again replaces its rows, and shows lists with no row of the future', async () => {
  await experiment(['untrained', 'trending']);
  const before = await results();
  await experiment(['untrained', 'trending']);
  expect(await results()).toEqual(before.map((row) => ({ ...row, freshness_seconds: expect.anything() })));
  const [leak] = await database.rows(
    `select count(*)::int as count from experiment_exposures
    where exposed_at < $1::timestamptz + interval '12 hours' and 'later' = any (products)`,
    [SINCE.toISOString()],
  );
  expect(leak?.count).toBe(0);
});
