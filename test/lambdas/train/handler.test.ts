import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';
import { bundleTraining, runBundle } from './bundle.ts';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let bundle: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bundle = bundleTraining();
  await store(database, visits());
});
afterAll(() => database.close());

/** Each visitor goes through one of eight shelves, from product to product. */
function visits(): Record<string, unknown>[] {
  return Array.from({ length: 160 }, (_, visitor) => visitor).flatMap((visitor) => {
    const anonymous_id = randomUUID();
    const startedAt = Date.now() - (160 - visitor) * HOUR_MS;
    return Array.from({ length: 6 }, (_, step) => ({
      type: 'product_view',
      anonymous_id,
      product_id: `shelf-${visitor % 8}-${(visitor + step) % 10}`,
      occurred_at: new Date(startedAt + step * 30_000).toISOString(),
      received_at: new Date(startedAt + step * 30_000).toISOString(),
    }));
  });
}
const run = (remainingMs = 900_000) =>
  runBundle(bundle, { databaseUrl: database.url, roleUrl: database.trainerUrl, processors: 2, remainingMs });
const failures = () => database.rows("select detail from model_runs where status = 'failed' order by started_at");

test('the function as it is deployed trains with a thread for each processor and publishes what it learnt', async () => {
  const { outcome, threads, recorded } = await run();
  expect(outcome).toMatchObject({ status: 'published', events: 960, products: 80 });
  expect(threads).toBeGreaterThanOrEqual(2);
  expect(await database.rows('select model_version from current_model')).toEqual([
    { model_version: outcome.modelVersion },
  ]);
  expect(await database.rows('select count(distinct product_id)::int as products from product_neighbors')).toEqual([
    { products: 80 },
  ]);
  expect(recorded).toMatchObject({ model_published: 1, training_hit_rate: outcome.metrics?.model.hr_at_20 });
});

test('a function that has no time left says so, in the record of its run as well', async () => {
  await expect(run(45_000)).rejects.toThrow(/the training was not done after 0 s/);
  expect((await failures()).at(-1)).toEqual({ detail: expect.stringContaining('was not done after 0 s') });
});

test('without the file of its threads it fails, and the model in place stays', async () => {
  const [before] = await database.rows('select model_version from current_model');
  await rename(join(bundle, 'als-worker.mjs'), join(bundle, 'elsewhere.mjs'));
  await expect(run()).rejects.toThrow(/a thread of the training failed/);
  expect(await database.rows('select model_version from current_model')).toEqual([before]);
  expect((await failures()).at(-1)).toEqual({ detail: expect.stringContaining('a thread of the training failed') });
});
