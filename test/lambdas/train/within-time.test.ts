import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withinTime } from '../../../lambdas/train/within-time.ts';

const LIMIT_MS = 900_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a training that takes too long ends before its function is killed, and says so', async () => {
  const training = withinTime(LIMIT_MS, async (signal) => {
    await once(signal, 'abort');
    signal.throwIfAborted();
  });
  const message = training.catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 30_000);
  expect(await message).toMatch(/^the training was not done after 855 s/);
});

test('one that is done in time gives its outcome, and leaves no timer that would keep the function awake', async () => {
  expect(await withinTime(LIMIT_MS, async () => 'published')).toBe('published');
  await expect(withinTime(LIMIT_MS, () => Promise.reject(new Error('no history')))).rejects.toThrow('no history');
  expect(vi.getTimerCount()).toBe(0);
});
