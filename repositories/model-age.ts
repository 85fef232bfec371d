import type { Database } from './database.ts';

/**
 * Days since the model in use was trained. While no training has ever published anything, days since the first of them began;
 * `undefined` before that.
 */
export async function modelAgeDays(database: Pick<Database, 'query'>): Promise<number | undefined> {
  const text = `with trainings as (select * from model_runs where trainer <> 'none' and status <> 'evaluation')
    select extract(epoch from now() - coalesce(
      (select finished_at from current_model join model_runs using (model_version)),
      (select min(started_at) from trainings where not exists (select from trainings where status = 'published'))
    ))::float8 / 86400 as days`;
  const [row] = await database.query({ text, params: [] });
  return typeof row?.days === 'number' ? row.days : undefined;
}
