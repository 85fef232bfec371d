import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { withTrainingLock } from '../../../ml/training/training-lock.ts';
import { withSession } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';

afterEach(() => void vi.useRealTimers());

test('a session that only computes outlives a server that ends idle ones, and is left alone afterwards', async () => {
  await withDatabase(async (database) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await withSession(database.trainerUrl, async (session) => {
      await session.query("set idle_session_timeout = '1s'");
      await withTrainingLock(session, async () => {
        for (let minute = 0; minute < 10; minute++) {
          await sleep(200);
          vi.advanceTimersByTime(60_000);
        }
      });
      expect(await session.query('select 1 as answers')).toEqual([{ answers: 1 }]);
      await expect(withTrainingLock(session, () => Promise.reject(new Error('no history')))).rejects.toThrow(
        'no history',
      );
    });
    expect(vi.getTimerCount()).toBe(0);
  });
}, 20_000);
