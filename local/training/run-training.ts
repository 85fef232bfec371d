import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';
import { createProgress } from '../command-line/progress.ts';
import { summary } from './summary.ts';

export type TrainOptions = {
  tune?: true | undefined;
  seed: number;
  threads: number;
  until?: Date | undefined;
  dataDir: string;
  json?: true | undefined;
};

/** Trains the recommender on the history and publishes the model unless it is worse than the one in place. */
export async function runTraining({ dataDir, json, ...options }: TrainOptions, signal: AbortSignal): Promise<number> {
  const progress = createProgress();
  const training = { ...options, tune: options.tune === true, until: options.until, publish: true, signal };
  const outcome: TrainingOutcome = await withDatabaseUrl(dataDir, (url) =>
    withSession(directUrl(url), (session) => trainModel(session, { ...training, onProgress: progress.count })),
  ).finally(progress.end);
  console.log(json ? JSON.stringify(outcome) : summary(outcome));
  return 0;
}
