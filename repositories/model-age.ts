import type { Database } from './database.ts';

/** Days since the model in use was trained; `undefined` before the first training. */
export async function modelAgeDays(database: Pick<Database, 'query'>): Promise<number | undefined> {
  const text = `select extract(epoch from now() - finished_at)::float8 / 86400 as days
    from current_model join model_runs using (model_version)
    where finished_at is not null`;
  const [row] = await database.query({ text, params: [] });
  return row === undefined ? undefined : Number(row.days);
}
