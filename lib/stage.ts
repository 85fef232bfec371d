import { type App, Aspects, type Environment, Tags } from 'aws-cdk-lib';
import type { StageSettings } from '../platform/stage-settings.ts';
import { AppStack } from './app-stack.ts';
import { ServiceLimits } from './checks/service-limits.ts';
import { DataStack } from './data-stack.ts';

/** The two stacks of a stage. Data comes first and outlives every deploy of the app. */
export function addStage(app: App, settings: StageSettings, env: Environment = {}): { data: DataStack; app: AppStack } {
  const name = settings.stage === 'prod' ? 'Prod' : 'Dev';
  const terminationProtection = settings.stage === 'prod';
  const data = new DataStack(app, `Bazaar${name}Data`, {
    env,
    settings,
    terminationProtection,
    description: `BazaarStream ${settings.stage}: log, failed batches, secrets`,
  });
  const appStack = new AppStack(app, `Bazaar${name}App`, {
    env,
    settings,
    data,
    description: `BazaarStream ${settings.stage}: functions, API, alarms`,
  });
  Tags.of(app).add('application', 'bazaarstream');
  Tags.of(app).add('stage', settings.stage);
  Aspects.of(app).add(new ServiceLimits());
  return { data, app: appStack };
}
