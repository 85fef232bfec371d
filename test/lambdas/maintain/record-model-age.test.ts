import { expect, test } from 'vitest';
import { recordModelAge } from '../../../lambdas/maintain/record-model-age.ts';
import type { MetricName } from '../../../platform/metrics.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';

test('when every training was refused, or failed, the age is that of the first one', async () => {
  await withDatabase(async (database) => {
    const recorded: Partial<Record<MetricName, number>>[] = [];
    await database.rows(`insert into model_runs (model_version, trainer, status, started_at, finished_at) values
      ('tried', 'als', 'evaluation', now() - interval '20 days', now()),
      ('first', 'als', 'failed', now() - interval '9 days', now()), ('second', 'als', 'refused', now(), now())`);
    await recordModelAge(createNeonDatabase(database.maintainerUrl), (values) => recorded.push(values));
    expect(recorded).toEqual([{ model_age_days: expect.closeTo(9, 2) }]);
  });
});

test('before the first training no age is recorded, and then the days since the one in use', async () => {
  await withDatabase(async (database) => {
    const recorded: Partial<Record<MetricName, number>>[] = [];
    const record = () => recordModelAge(createNeonDatabase(database.maintainerUrl), (values) => recorded.push(values));
    await record();
    expect(recorded).toEqual([]);
    await database.rows(`insert into model_runs (model_version, trainer, status, finished_at)
      values ('older', 'als', 'published', now() - interval '9 days'), ('newest', 'als', 'refused', now())`);
    await database.rows("update current_model set model_version = 'older'");
    await record();
    expect(recorded).toEqual([{ model_age_days: expect.closeTo(9, 2) }]);
  });
});
