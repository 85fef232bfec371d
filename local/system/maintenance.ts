import { type Maintained, maintain } from '../../lambdas/maintain/maintain.ts';
import { messageOf } from '../../platform/errors.ts';
import { type DeadLetterBacklog, deadLetterBacklog } from '../../repositories/dead-letter-backlog.ts';
import { databaseOn, withSession } from '../../repositories/neon-database.ts';
import type { Running } from '../supervise.ts';

/** A year and a month, so that a month can be compared with the same one of last year. */
const RETENTION_DAYS = 400;
const DAY_MS = 86_400_000;

/**
 * Makes partitions ahead and drops expired ones, now and once a day until it is stopped, beside everything else. What fails
 * is said, and tried again the next day.
 *
 * @param maintainerUrl the connection string of the role `bazaar_maintainer`.
 */
export function startMaintenance(maintainerUrl: string, say: (text: string) => void): Running {
  let isStopped = false;
  const turn = async () => {
    try {
      const { dropped, waiting, oldestDays } = await maintainOnce(maintainerUrl);
      if (waiting > 0)
        say(`${waiting} dead letters wait, the oldest for ${oldestDays.toFixed(1)} days: npx bazaar dead-letters list`);
      if (dropped.length > 0) say(`dropped events older than ${RETENTION_DAYS} days: ${dropped.join(', ')}`);
    } catch (error) {
      if (!isStopped) say(`maintenance: ${messageOf(error)}`);
    }
  };
  void turn();
  const timer = setInterval(() => void turn(), DAY_MS);
  timer.unref();
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

function maintainOnce(url: string): Promise<Maintained & DeadLetterBacklog> {
  return withSession(url, async (session) => {
    const database = databaseOn(session);
    const maintained = await maintain(database, { retentionDays: RETENTION_DAYS, now: new Date() });
    return { ...maintained, ...(await deadLetterBacklog(database)) };
  });
}
