import { countSessions, type SessionHistory, sessionAt } from '../../ml/evaluation/session-history.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { ensurePartition } from '../../repositories/partitions.repository.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { insertVisits, type Visit } from '../../repositories/session-history.repository.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SPREAD_OVER_DAYS = 28;
/** The longest sessions begin this long before they end. */
const SLACK_DAYS = 2;
const CLICKS_PER_STATEMENT = 20_000;

/** When the sessions of a file end: at the beginning of this hour, so that a run of the same files finds the same hours. */
export function endOfHistory(nowMs: number): Date {
  return new Date(nowMs - (nowMs % HOUR_MS));
}

/** The visitor of session or question `n`; the kinds never meet. */
export function visitorId(kind: 'session' | 'question', n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-${kind === 'session' ? '8' : '9'}000-000000000000`;
}

/**
 * Stores the sessions as product views, each by an anonymous visitor of its own, their ends spread evenly over the 28 days
 * before `end`, and brings up to date what the recommender reads beside them: popularity and products.
 */
export async function loadHistory(
  session: Session,
  history: SessionHistory,
  end: Date,
  { onProgress, signal }: { onProgress: (clicks: number) => void; signal: AbortSignal },
): Promise<void> {
  const database = databaseOn(session);
  for (let day = -SPREAD_OVER_DAYS - SLACK_DAYS; day <= 0; day++)
    await database.query(ensurePartition('raw_product_views', new Date(end.getTime() + day * DAY_MS).toISOString()));
  for (const { visits, clicks } of batches(history, end)) {
    signal.throwIfAborted();
    await database.query(insertVisits(visits));
    onProgress(clicks);
  }
  const read = aggregates.filter(({ table }) => table === 'product_popularity' || table === 'products');
  await rebuild(session, read);
  for (const table of ['raw_product_views', ...read.map((aggregate) => aggregate.table)])
    await session.query(`analyze ${table}`);
}

function* batches(history: SessionHistory, end: Date): Generator<{ visits: Visit[]; clicks: number }> {
  const sessions = countSessions(history);
  const spacingMs = (SPREAD_OVER_DAYS * DAY_MS) / sessions;
  let visits: Visit[] = [];
  let from = 0;
  for (let n = 0; n < sessions; n++) {
    const products = [...sessionAt(history, n)].map((product) => history.products[product] ?? '');
    const endedAt = new Date(end.getTime() - (sessions - 1 - n) * spacingMs);
    visits.push({ anonymousId: visitorId('session', n), products, endedAt });
    const upto = history.starts[n + 1] ?? 0;
    if (upto - from < CLICKS_PER_STATEMENT && n < sessions - 1) continue;
    yield { visits, clicks: upto };
    [visits, from] = [[], upto];
  }
}
