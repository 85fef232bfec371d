import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError, messageOf } from '../platform/errors.ts';
import type { Session } from './neon-database.ts';

/** From the first try to where doubling ends. */
type Growth = { firstMs: number; lastMs: number };
export type Patience = { tries: number; lockTimeout: Growth; pause: Growth };

/**
 * Whoever waits to alter a table keeps out all who come after. So each wait is short, and between two of them the others go on.
 * The first waits end before the deadlock detector looks (1 s), which might end a consumer's batch; the later ones do not, since
 * a vacuum of the table is only then sent away. Three minutes in all, of the fourteen that a function has.
 */
export const DEFAULT_PATIENCE: Patience = {
  tries: 20,
  lockTimeout: { firstMs: 250, lastMs: 2_000 },
  pause: { firstMs: 250, lastMs: 10_000 },
};

const CONTENTION: readonly unknown[] = ['40P01', '55P03'];

/** True of the error of a statement that was ended in favour of others: a deadlock, or a lock not had in time. */
export function isContention(error: unknown): boolean {
  return CONTENTION.includes(sqlStateOf(error));
}

/**
 * Runs `work` in a transaction that gives up its locks when it does not get the others, and begins anew after a pause, which
 * doubles.
 *
 * @param what names the work in the error.
 * @throws DatabaseUnavailableError after the last try; any other error of `work` at once. Nothing of it stands then.
 */
export async function patientTransaction(
  session: Session,
  { what, patience }: { what: string; patience: Patience },
  work: () => Promise<void>,
): Promise<void> {
  const { tries, lockTimeout, pause } = patience;
  for (let tried = 1; ; tried += 1) {
    try {
      return await transaction(session, grown(lockTimeout, tried), work);
    } catch (error) {
      if (!isContention(error)) throw error;
      if (tried >= tries) {
        const message = `${what} did not get its locks in ${tries} tries: ${messageOf(error)}`;
        throw new DatabaseUnavailableError(message, sqlStateOf(error), { cause: error });
      }
      await sleep(grown(pause, tried) * (0.5 + Math.random()));
    }
  }
}

async function transaction(session: Session, lockTimeoutMs: number, work: () => Promise<void>): Promise<void> {
  await session.query('begin');
  try {
    await session.query(`set local lock_timeout = ${lockTimeoutMs}`);
    await work();
    await session.query('commit');
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

function grown({ firstMs, lastMs }: Growth, nth: number): number {
  return Math.min(lastMs, firstMs * 2 ** (nth - 1));
}

function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
