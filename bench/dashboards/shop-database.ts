import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../../local/engines/postgres.ts';
import { readPrivateJson, writePrivateJson } from '../../local/engines/private-file.ts';
import { migrateAll, urlOfRole } from '../engines/with-engines.ts';
import { type Filled, filledSchema } from './fill-history.ts';

export type ShopDatabase = { ownerUrl: string; biUrl: string; filled: Filled | undefined };

/** A PostgreSQL on a folder that outlives the process, so that filling and measuring can be done apart. */
export async function withShopDatabase<T>(folder: string, work: (database: ShopDatabase) => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const postgres = await startPostgres({ folder: join(folder, 'postgres') });
  const end = () => process.kill(postgres.pid, 'SIGINT');
  process.once('exit', end);
  try {
    await migrateAll(postgres.url);
    const filled = await readPrivateJson(historyFile(folder), filledSchema);
    return await work({ ownerUrl: postgres.url, biUrl: urlOfRole(postgres.url, 'bazaar_bi'), filled });
  } finally {
    process.off('exit', end);
    await postgres.stop();
  }
}

/** Remembers how far the history of the folder's database reaches. */
export async function rememberHistory(folder: string, filled: Filled): Promise<void> {
  await writePrivateJson(historyFile(folder), filled);
}

const historyFile = (folder: string) => join(folder, 'history.json');
