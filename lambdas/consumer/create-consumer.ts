import type { MSKEvent } from 'aws-lambda';
import type { EventType } from '../../events/event.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';
import type { Database } from '../../repositories/database.ts';
import { decodeRecords } from './decode.ts';
import type { Incoming, Projection } from './projection.ts';
import { DEFAULT_RETRY, type RetryPolicy, retrying } from './retry.ts';
import { addOutcomes, type Outcome, preparePartitions, setAside, storeBatch } from './store-batch.ts';

/** What a consumer needs of a logger. */
export type ConsumerLog = Record<'info' | 'warn', (message: string, fields: Record<string, unknown>) => void>;

/**
 * The consumer of one topic, as a Lambda handler. It returns when every record of the invocation is a row or a dead
 * letter, and throws otherwise, so that the batch comes again; a batch may come any number of times.
 *
 * @example
 * export const handler = createConsumer({ database, log, projection: productViews });
 */
export function createConsumer<T extends EventType>(options: {
  database: Database;
  log: ConsumerLog;
  metrics: RecordMetrics;
  projection: Projection<T>;
  retry?: RetryPolicy;
}): (event: MSKEvent) => Promise<Outcome> {
  const { database, log, metrics, projection, retry = DEFAULT_RETRY } = options;
  const knownMonths = new Set<string>();
  return async function consume(event) {
    const { batch, deadLetters } = decodeRecords(Object.values(event.records).flat(), projection.types);
    const outcome = await retrying(async () => {
      await preparePartitions(database, projection, batch, knownMonths);
      const aside = await setAside(database, deadLetters);
      return addOutcomes(aside, await storeBatch(database, projection, batch, knownMonths));
    }, retry);
    const isUnusual = outcome.conflicts > 0 || outcome.deadLettered > 0;
    log[isUnusual ? 'warn' : 'info']('batch stored', { topic: projection.topic, ...outcome });
    metrics(measure(batch, outcome));
    return outcome;
  };
}

/** Ages are taken once the rows stand: from the moment that the API received the newest event to now. */
function measure(batch: readonly Incoming[], outcome: Outcome): Parameters<RecordMetrics>[0] {
  const received = batch.map(({ record }) => Date.parse(record.stamp.received_at));
  const age = (Date.now() - Math.max(...received)) / 1000;
  return {
    events_inserted: outcome.inserted,
    events_duplicate: outcome.duplicates,
    events_conflicting: outcome.conflicts,
    events_dead_lettered: outcome.deadLettered,
    ...(batch.length === 0 ? {} : { newest_row_age: Math.max(0, age) }),
  };
}
