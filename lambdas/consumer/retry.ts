import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../../platform/errors.ts';

export type RetryPolicy = { attempts: number; firstDelayMs: number };

/**
 * Four tries within two seconds of waiting outlast a deadlock, a failover of the pooler and a lost reply; what lasts
 * longer is for Lambda, which delivers the batch again.
 */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, firstDelayMs: 200 };

/** Runs `work` again while the database is not available, with doubling, jittered delays; throws the last error. */
export async function retrying<T>(work: () => Promise<T>, { attempts, firstDelayMs }: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !(error instanceof DatabaseUnavailableError)) throw error;
      await sleep(firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}
