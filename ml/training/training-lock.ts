import { setTimeout as sleep } from 'node:timers/promises';
import { BazaarError } from '../../platform/errors.ts';
import { releaseTrainingLock, tryTrainingLock } from '../../repositories/models.repository.ts';
import type { Session } from '../../repositories/neon-database.ts';

export type LockOptions = {
  /** How long another training may take to give the lock back; 0 when left out. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

const RETRY_MS = 2000;
/** Neon may suspend after five idle minutes, and a NAT gateway forgets a connection after 350 s; both take the lock along. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Does `work` while this session holds the lock of trainings, and keeps the session alive while threads compute. A session
 * that has the lock may take it again.
 *
 * @throws BazaarError (`training_failed`) when another training is under way all the time; the signal's reason; whatever
 *   `work` throws.
 */
export async function withTrainingLock<T>(
  session: Session,
  work: () => Promise<T>,
  { waitMs = 0, signal }: LockOptions = {},
): Promise<T> {
  const waitsUntil = performance.now() + waitMs;
  while (!(await tryTrainingLock(session))) {
    if (performance.now() >= waitsUntil)
      throw new BazaarError(
        'training_failed',
        'another training is under way on this database; one at a time is allowed',
      );
    await sleep(RETRY_MS);
    signal?.throwIfAborted();
  }
  // Sent in the middle of other work it waits its turn. What it finds out, the next statement of the work finds out too.
  const timer = setInterval(() => void session.query('select 1').catch(() => undefined), KEEP_ALIVE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await releaseTrainingLock(session).catch(() => undefined);
  }
}
