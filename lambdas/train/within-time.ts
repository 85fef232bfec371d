import { BazaarError } from '../../platform/errors.ts';

/** What an end in good order takes: threads that stop, the statement under way, the record of the run. */
const MARGIN_MS = 45_000;

/**
 * Lends `work` a signal that is aborted shortly before the time is over, so that a training that takes too long fails with
 * words, and in good order, instead of being killed.
 *
 * @throws BazaarError (`training_failed`) by way of the signal; whatever `work` throws.
 */
export async function withinTime<T>(remainingMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const limitMs = Math.max(0, remainingMs - MARGIN_MS);
  const timer = setTimeout(() => controller.abort(tooLong(limitMs)), limitMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

function tooLong(limitMs: number): BazaarError {
  return new BazaarError(
    'training_failed',
    `the training was not done after ${Math.round(limitMs / 1000)} s, all that its function has; more memory brings more processors`,
  );
}
