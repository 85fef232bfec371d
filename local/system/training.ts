import { join } from 'node:path';
import { messageOf } from '../../platform/errors.ts';
import type { Running } from '../supervise.ts';
import { startChild } from './child.ts';
import { settingsEnvironment, type TrainingChildSettings } from './child-settings.ts';

const TRAIN = new URL('../processes/train.ts', import.meta.url);
/** Some minutes of events before the first model; then one an hour, as long as nobody minds the work. */
const TIMES = { firstMs: 5 * 60_000, everyMs: 3_600_000 };

/**
 * Trains the model by the clock until it is stopped, each time in a process of its own, so that the API does not wait for
 * it. What came of it is said in one line; the rest is in `train.log`. A run that takes longer than an hour leaves out
 * the next.
 */
export function startTraining(
  { settings, logFolder, say }: { settings: TrainingChildSettings; logFolder: string; say: (text: string) => void },
  { firstMs, everyMs } = TIMES,
): Required<Pick<Running, 'stop'>> {
  const child = {
    name: 'training',
    entry: TRAIN,
    env: settingsEnvironment(settings),
    logFile: join(logFolder, 'train.log'),
    awaitsReady: false,
    onMessage: (message: unknown) => say(`training: ${String(message)}`),
  };
  let current: Promise<Required<Running>> | undefined;
  const turn = async () => {
    if (current !== undefined) return;
    current = startChild(child);
    await current
      .then(({ exited }) => exited)
      .catch((error: unknown) => say(`training: ${messageOf(error)}`))
      .finally(() => (current = undefined));
  };
  const first = setTimeout(() => void turn(), firstMs).unref();
  const others = setInterval(() => void turn(), everyMs).unref();
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(others);
      await current?.then(({ stop }) => stop()).catch(() => undefined);
    },
  };
}
