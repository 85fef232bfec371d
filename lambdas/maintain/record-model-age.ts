import type { RecordMetrics } from '../../platform/metrics.ts';
import type { Database } from '../../repositories/database.ts';
import { modelAgeDays } from '../../repositories/model-age.ts';

/** Records how old the model in use is. Not the training itself does it: of one that no longer runs nothing would be heard. */
export async function recordModelAge(database: Pick<Database, 'query'>, metrics: RecordMetrics): Promise<void> {
  const days = await modelAgeDays(database);
  if (days !== undefined) metrics({ model_age_days: days });
}
