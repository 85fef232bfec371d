import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asRole, type RoleName } from '../../repositories/roles.repository.ts';
import type { Running } from '../supervise.ts';
import { startDatabase } from './database-engine.ts';
import { claimInstance, type Runtime, releaseInstance, removeRuntime, writeRuntime } from './instance.ts';
import { startLog } from './log-engine.ts';
import { startMaintenance } from './maintenance.ts';
import type { StartOptions } from './options.ts';
import { startServices, startShoppers } from './processes.ts';
import { keyEntries, loadSecrets, type Secrets } from './secrets.ts';
import { startTraining } from './training.ts';

export type System = { runtime: Runtime; logWhy: string; logFolder: string; stop(): Promise<void> };

/** Starts every part in order. What was started is stopped again when a later part fails. */
export async function startSystem(
  options: StartOptions & { databaseUrl: string | undefined; say: (text: string) => void },
): Promise<System> {
  const { dataDir, port } = options;
  await claimInstance(dataDir, port);
  const parts: Running[] = [];
  const stop = async () => {
    await removeRuntime(dataDir);
    for (const part of parts.reverse()) await part.stop();
    await releaseInstance(dataDir);
  };
  try {
    return { ...(await startParts(options, parts)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: StartOptions & { databaseUrl: string | undefined; say: (text: string) => void },
  parts: Running[],
): Promise<Omit<System, 'stop'>> {
  const { dataDir, port, log: choice, say, databaseUrl } = options;
  const secrets = await loadSecrets(dataDir);
  const logFolder = join(dataDir, 'logs');
  await mkdir(logFolder, { recursive: true });
  const database = await startDatabase({ dataDir, databaseUrl, passwords: secrets.passwords, say });
  const roleUrl = (role: RoleName) => asRole(database.ownerUrl, role, secrets.passwords);
  parts.push(database, startMaintenance(roleUrl('bazaar_maintainer'), say));
  const log = await startLog({ dataDir, choice, say });
  parts.push(log);
  const url = `http://127.0.0.1:${port}`;
  const origins = [url, `http://localhost:${port}`];
  const settings = {
    ...{ port, origins, ...keySettings(secrets, origins, options.defaultCurrency) },
    ...{ publishableKey: secrets.keys.pk, secretKey: secrets.keys.sk, signingSecret: secrets.signingSecret },
    ...serviceUrls(roleUrl),
    ...{ neon: database.neon, brokers: log.brokers, embeddedFolder: log.embeddedFolder },
    batchingWindowMs: options.batchingWindowMs,
  };
  say('starting the API and the consumers');
  parts.push(await startServices({ logFolder, settings, say }));
  const training = { trainerUrl: roleUrl('bazaar_trainer'), neon: database.neon };
  if (options.hasTraining) parts.push(startTraining({ settings: training, logFolder, say }));
  if (options.hasTraffic) parts.push(await startShoppers({ logFolder, url, key: secrets.keys.sk, say }));
  const runtime: Runtime = {
    url,
    keys: secrets.keys,
    database_url: database.ownerUrl,
    bi_url: settings.biUrl,
    kafka: log.embeddedFolder === undefined ? log.brokers : null,
    pid: process.pid,
  };
  await writeRuntime(dataDir, runtime);
  return { runtime, logWhy: log.why, logFolder };
}

/** The keys, and the currency that each of their sources has by default. */
function keySettings(secrets: Secrets, origins: readonly string[], currency: string | undefined) {
  const entries = keyEntries(secrets, origins);
  const defaults = entries.flatMap(({ source }): [string, string][] =>
    currency === undefined ? [] : [[source, currency]],
  );
  return { keyEntries: entries, defaultCurrencies: Object.fromEntries(defaults) };
}

/** The connection strings of what the services ask the database as. */
function serviceUrls(urlOf: (role: RoleName) => string) {
  return {
    writerUrl: urlOf('bazaar_writer'),
    readerUrl: urlOf('bazaar_reader'),
    biUrl: urlOf('bazaar_bi'),
    catalogueUrl: urlOf('bazaar_catalogue'),
    peopleUrl: urlOf('bazaar_people'),
  };
}
