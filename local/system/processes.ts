import { join } from 'node:path';
import { type Running, supervise } from '../supervise.ts';
import { startChild } from './child.ts';
import { type ChildSettings, settingsEnvironment } from './child-settings.ts';
import { createRelay } from './relay.ts';

const SERVE = new URL('../processes/serve.ts', import.meta.url);
const SHOPPERS = new URL('../shoppers/run.ts', import.meta.url);

/** Starts the API and the consumers, in one process where the log lives in it, and restarts them if they die. */
export async function startServices(options: {
  logFolder: string;
  settings: ChildSettings;
  say: (text: string) => void;
}): Promise<Running> {
  const { logFolder, settings, say } = options;
  const groups = settings.embeddedFolder === undefined ? [['consumers'], ['api']] : [['consumers', 'api']];
  // Without CloudWatch nobody reads the metrics.
  const env = { ...settingsEnvironment(settings), POWERTOOLS_LOG_LEVEL: 'WARN', POWERTOOLS_METRICS_DISABLED: 'true' };
  const services: Running[] = [];
  const relay = createRelay();
  const stop = async () => {
    await Promise.all(services.map((service) => service.stop()));
  };
  try {
    for (const roles of groups) {
      const name = roles.join(' and ');
      const child = { name, entry: SERVE, args: roles, env, logFile: join(logFolder, `${roles.join('-')}.log`) };
      const onMessage = (message: unknown) => relay.passOn(name, message);
      const start = async () => {
        const started = await startChild({ ...child, awaitsReady: true, onMessage });
        relay.join(name, started);
        return started;
      };
      services.push(await supervise({ name, log: say, start }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Starts the simulated shoppers against the API. */
export async function startShoppers(options: {
  logFolder: string;
  url: string;
  key: string;
  say: (text: string) => void;
}): Promise<Running> {
  const { logFolder, url, key, say } = options;
  const child = {
    name: 'shoppers',
    entry: SHOPPERS,
    args: ['--url', url],
    env: { BAZAAR_KEY: key },
    logFile: join(logFolder, 'shoppers.log'),
    awaitsReady: false,
  };
  return supervise({ name: 'shoppers', log: say, start: () => startChild(child) });
}
