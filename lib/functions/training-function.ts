import { Duration } from 'aws-cdk-lib';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { BundledFunction } from './bundled-function.ts';
import { databaseEnvironment } from './database-environment.ts';

/** The most that Lambda gives; the handler ends itself before. */
const TIMEOUT = Duration.minutes(15);

/** The function that trains the model, with a thread for each processor that its memory brings. */
export class TrainingFunction extends BundledFunction {
  constructor(
    scope: Construct,
    id: string,
    { settings, trainerSecret }: { settings: StageSettings; trainerSecret: Secret },
  ) {
    super(scope, id, {
      settings,
      name: 'train',
      folder: settings.training.kind === 'lambda' ? 'lambdas/train' : 'lambdas/train-with-spark',
      description: 'trains the model from the history',
      timeout: TIMEOUT,
      memoryMib: settings.training.memoryMib,
      environment: {
        ...databaseEnvironment(settings, trainerSecret),
        TRAINING_WINDOW_DAYS: String(settings.training.windowDays),
      },
      afterBundling: (project, bundle) => [bundleWorker(project, bundle)],
    });
    trainerSecret.grantRead(this);
  }
}

/** The entry of the threads (`ml/als/worker-team.ts`) is a file of its own, which no import names. */
function bundleWorker(project: string, bundle: string): string {
  const options = '--bundle --platform=node --format=esm --target=node24 --minify --log-level=warning';
  return `"${project}/node_modules/.bin/esbuild" "${project}/ml/als/als-worker.ts" ${options} --outfile="${bundle}/als-worker.mjs"`;
}
