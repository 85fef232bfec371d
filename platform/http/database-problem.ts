import { DatabaseUnavailableError } from '../errors.ts';
import type { ErrorLog } from './app.ts';
import { HttpProblem } from './problem.ts';

const RETRY_AFTER_SECONDS = 2;

/**
 * What the database answers; 503 with `detail` and `Retry-After` when it does not. A statement that it refuses is our fault
 * and no matter of trying again: it is logged, and answered with 500.
 */
export async function orDatabaseUnavailable<T>(work: Promise<T>, log: ErrorLog, detail: string): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    log.error('the database did not answer', { error: error.message });
    throw new HttpProblem(503, 'database_unavailable', detail, {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  });
}
