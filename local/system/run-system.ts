import type { StartOptions } from './options.ts';
import { startSystem } from './start-system.ts';

/** Starts the whole system on this machine, says where everything is, and stops it when it is told to. */
export async function runSystem(options: StartOptions, signal: AbortSignal): Promise<number> {
  const say = (text: string) => console.log(`  ${text}`);
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
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
  await stopped;
  say('stopping');
  await system.stop();
  return 0;
}
