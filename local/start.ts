import { BazaarError, messageOf } from '../platform/errors.ts';
import { readStartOptions } from './system/options.ts';
import { startSystem } from './system/start-system.ts';

/** `npm start`: the whole system on this machine, until Ctrl-C or SIGTERM. */

/** Everything stops within seconds; should something hang, the process still ends. */
const STOP_TIMEOUT_MS = 20_000;

const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
const say = (text: string) => console.log(`  ${text}`);

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2));
  const system = await startSystem({ ...options, databaseUrl: process.env.DATABASE_URL || undefined, say });
  const { runtime, logWhy, logFolder } = system;
  console.log(`
  page          ${runtime.url}/
  BI tools      ${runtime.bi_url}
  log           ${logWhy}
  keys          ${runtime.keys.pk} (pages)
                ${runtime.keys.sk} (servers)
                ${runtime.keys.ak} (erase and export)
  output        ${logFolder}
  for scripts   ${options.dataDir}/runtime.json
`);
  console.log(`ready ${runtime.url}`);
  await interrupted;
  say('stopping');
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
  await system.stop();
}

process.exitCode = await main().then(
  () => 0,
  (error: unknown) => {
    console.error(error instanceof BazaarError ? `error: ${error.message}` : `error: ${messageOf(error)}`);
    return 1;
  },
);
process.exit();
