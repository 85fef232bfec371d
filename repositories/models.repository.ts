import type { Columns } from './columns.ts';
import type { Statement } from './database.ts';
import type { Session } from './neon-database.ts';

/** What is known of a run when it ends. Times as ISO 8601. */
export type RunRecord = {
  status: 'published' | 'refused' | 'evaluation';
  detail: string | null;
  window_start: string | null;
  window_end: string | null;
  events: number;
  people: number;
  products: number;
  parameters: object;
  weights: object | null;
  metrics: object | null;
  seconds: number;
  peak_memory_bytes: number;
};

/** One training at a time. Any constant does; this one is ours. */
const TRAINING_LOCK = 7_221_003;

/** Takes the lock for as long as the session lasts, or until it is given back; false when another session has it. */
export async function tryTrainingLock(session: Session): Promise<boolean> {
  const [row] = await session.query('select pg_try_advisory_lock($1) as is_ours', [TRAINING_LOCK]);
  return row?.is_ours === true;
}

export async function releaseTrainingLock(session: Session): Promise<void> {
  await session.query('select pg_advisory_unlock($1)', [TRAINING_LOCK]);
}

export function insertRun(modelVersion: string): Statement {
  return {
    text: "insert into model_runs (model_version, trainer, status) values ($1, 'als', 'training')",
    params: [modelVersion],
  };
}

const runColumns: Columns<RunRecord> = {
  status: 'text',
  detail: 'text',
  window_start: 'timestamptz',
  window_end: 'timestamptz',
  events: 'bigint',
  people: 'bigint',
  products: 'bigint',
  parameters: 'jsonb',
  weights: 'jsonb',
  metrics: 'jsonb',
  seconds: 'float8',
  peak_memory_bytes: 'bigint',
};

/** Says how a run ended. */
export function updateRun(modelVersion: string, record: RunRecord): Statement {
  const columns = Object.entries(runColumns);
  const assignments = columns.map(([column, type], index) => `${column} = $${index + 2}::${type}`);
  const params = columns.map(([column]) => asParameter(record[column as keyof RunRecord]));
  return {
    text: `update model_runs set finished_at = now(), ${assignments.join(', ')} where model_version = $1`,
    params: [modelVersion, ...params],
  };
}

/** Says why an unfinished run failed; no row comes back when it was over. */
export function markFailed(modelVersion: string, detail: string): Statement {
  return {
    text: `update model_runs set status = 'failed', finished_at = now(), detail = $2
      where model_version = $1 and status = 'training' returning model_version`,
    params: [modelVersion, detail],
  };
}

function asParameter(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Publishes in one transaction: readers see the old model or the new one. */
export async function publishRun(session: Session, modelVersion: string, record: RunRecord): Promise<void> {
  const update = updateRun(modelVersion, record);
  await session.query('begin');
  try {
    await session.query(update.text, [...update.params]);
    await session.query('update current_model set model_version = $1', [modelVersion]);
    await session.query('commit');
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

/** The model that answers now. */
export function selectCurrentRun(): Statement {
  return {
    text: `select r.model_version, r.weights, r.metrics, extract(epoch from r.window_end)::float8 as window_end
      from current_model join model_runs r using (model_version)`,
    params: [],
  };
}

/** The neighbours of these products in a model. */
export function selectNeighbors(modelVersion: string, productIds: readonly string[]): Statement {
  return {
    text: `select product_id, neighbors, when_last, when_before from product_neighbors
      where model_version = $1 and product_id = any ($2::text[])`,
    params: [modelVersion, productIds],
  };
}

/** Runs that nobody is at work on: the lock is ours. Spark holds none, and may be at work for hours. */
export function failAbandonedRuns(): Statement {
  return {
    text: `update model_runs set status = 'failed', finished_at = now(), detail = 'the run ended before it was done'
      where status = 'training' and (trainer = 'als' or started_at < now() - interval '1 day') returning model_version`,
    params: [],
  };
}

/**
 * Versions whose rows nobody needs: what failed or was refused, evaluations older than a day, and of the published ones all
 * but the newest and the current one.
 */
export function listSurplusVersions(keep: number): Statement {
  return {
    text: `select model_version from model_runs r
      where model_version not in (select model_version from current_model)
        and (status in ('failed', 'refused') or (status = 'evaluation' and started_at < now() - interval '1 day')
          or (status = 'published' and model_version not in (
            select model_version from model_runs where status = 'published' order by finished_at desc nulls last limit $1)))
        and (${contentTables.map((table) => `exists (select from ${table} t where t.model_version = r.model_version)`).join(' or ')})`,
    params: [keep],
  };
}

const contentTables = [
  'product_neighbors',
  'product_embeddings',
  'user_embeddings',
  'model_trending',
  'staged_pairs',
] as const;
const ROWS_PER_DELETE = 10_000;

/** Deletes what a version says, a few rows at a time, unless it is in use; the record of the run stays. */
export async function deleteModelRows(session: Session, modelVersion: string): Promise<void> {
  for (const table of contentTables) {
    const deleteSome = `with gone as (
        delete from ${table} where ctid = any (array(
          select ctid from ${table} where model_version = $1 and $1 not in (select model_version from current_model) limit $2
        )) returning 1
      ) select count(*) as deleted from gone`;
    while (Number((await session.query(deleteSome, [modelVersion, ROWS_PER_DELETE]))[0]?.deleted) === ROWS_PER_DELETE);
  }
}
