import type { Database } from './database.ts';

/** Dead letters that nobody has replayed or dismissed, and how long the oldest has been waiting, in days; 0 when none is. */
export type DeadLetterBacklog = { waiting: number; oldestDays: number };

/** Reads the backlog; the role `bazaar_maintainer` may. */
export async function deadLetterBacklog(database: Pick<Database, 'query'>): Promise<DeadLetterBacklog> {
  const text = `select count(*)::int as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 / 86400 as days
    from dead_letters where replayed_at is null and dismissed_at is null`;
  const [row] = await database.query({ text, params: [] });
  return { waiting: Number(row?.waiting), oldestDays: Number(row?.days) };
}
