import { availableParallelism, constants, setPriority } from 'node:os';
import { train } from '../../lambdas/train/train.ts';
import type { TrainingOutcome } from '../../ml/training/train-model.ts';
import { messageOf } from '../../platform/errors.ts';
import { createLogger } from '../../platform/logger.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { useNeonEndpoint } from '../neon/endpoint.ts';
import { readTrainingChildSettings } from '../system/child-settings.ts';

/** A child process of `npm start`: trains once and tells its parent in one line what came of it. */

/** The next training comes an hour after this one began. */
const LIMIT_MS = 3_600_000;
const WINDOW_DAYS = 180;

const { trainerUrl, neon } = readTrainingChildSettings(process.env);
if (neon !== undefined) useNeonEndpoint(neon);
// Who shops here does not wait for who learns from it.
setPriority(constants.priority.PRIORITY_LOW);
const options = {
  remainingMs: LIMIT_MS,
  windowDays: WINDOW_DAYS,
  threads: Math.max(1, Math.floor(availableParallelism() / 2)),
  log: createLogger('train'),
  metrics: () => undefined,
};

function inOneLine({ status, modelVersion, detail, metrics, events, seconds }: TrainingOutcome): string {
  const hitRate = metrics === undefined ? undefined : `hit rate ${metrics.model.hr_at_20?.toFixed(3)}`;
  const what = [`${modelVersion} is ${status}`, detail ?? hitRate].filter((part) => part !== undefined);
  return `${what.join(', ')} (${events} events, ${seconds.toFixed(1)} s)`;
}

const line = await withSession(trainerUrl, (session) => train(session, options)).then(inOneLine, (error: unknown) => {
  console.error(new Date().toISOString(), error);
  return `failed: ${messageOf(error)}`;
});
await new Promise((resolve) => process.send?.(line, resolve) ?? resolve(undefined));
