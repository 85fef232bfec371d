import type { RecordMetrics } from '../../platform/metrics.ts';
import type { Database } from '../../repositories/database.ts';
import { deadLetterBacklog } from '../../repositories/dead-letter-backlog.ts';

/** Records how many dead letters wait and how long the oldest does: what nobody looks at is else forgotten until it is too old. */
export async function recordDeadLetters(database: Pick<Database, 'query'>, metrics: RecordMetrics): Promise<void> {
  const { waiting, oldestDays } = await deadLetterBacklog(database);
  metrics({ dead_letters_waiting: waiting, oldest_dead_letter_days: oldestDays });
}
