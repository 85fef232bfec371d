import type { MSKEvent } from 'aws-lambda';
import type { EventType } from '../../events/event.ts';
import type { Database } from '../../repositories/database.ts';
import { decodeRecords } from './decode.ts';
import type { Projection } from './projection.ts';
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
  projection: Projection<T>;
  retry?: RetryPolicy;
}): (event: MSKEvent) => Promise<Outcome> {
  const { database, log, projection, retry = DEFAULT_RETRY } = options;
  const knownMonths = new Set<string>();
  return async function consume(event) {
    const { batch, deadLetters } = decodeRecords(Object.values(event.records).flat(), projection.types);
    const outcome = await retrying(async () => {
      await preparePartitions(database, projection, batch, knownMonths);
      const aside = await setAside(database, deadLetters);
      return addOutcomes(aside, await storeBatch(database, projection, batch));
    }, retry);
    const isUnusual = outcome.conflicts > 0 || outcome.deadLettered > 0;
    log[isUnusual ? 'warn' : 'info']('batch stored', { topic: projection.topic, ...outcome });
    return outcome;
  };
}
