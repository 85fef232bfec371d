import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';
import { isNeon } from '../../repositories/connection-url.ts';
import { openDatabase } from '../neon/open-database.ts';
import { expectListener } from './reach.ts';

const runtimeSchema = z.object({ database_url: z.string() });
const ALLOWED = 'allowed: postgresql://owner:password@host:port/database';

/**
 * Gives the connection string to `work`: `DATABASE_URL`, else the owner's of the system that runs on the data folder. The
 * Neon driver of this process can reach it until `work` ends.
 *
 * @throws BazaarError (`usage`) that says what to do when there is neither, or when nothing answers there.
 */
export async function withDatabaseUrl<T>(dataDir: string, work: (url: string) => Promise<T>): Promise<T> {
  const given = process.env.DATABASE_URL || undefined;
  const url = given === undefined ? await urlOfRunningSystem(dataDir) : checkUrl(given);
  const hint = given === undefined ? `does the system still run on ${dataDir}? start it` : 'is DATABASE_URL right?';
  // The driver's own word for a host that is not there is that a connection ended.
  if (!isNeon(url)) await expectListener(url, { what: 'database', hint });
  const opened = await openDatabase(url);
  try {
    return await work(url);
  } finally {
    await opened.close();
  }
}

function checkUrl(given: string): string {
  if (URL.canParse(given) && /^postgres(ql)?:$/.test(new URL(given).protocol)) return given;
  throw new BazaarError('usage', `DATABASE_URL is not the address of a database; ${ALLOWED}`);
}

async function urlOfRunningSystem(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'runtime.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BazaarError(
      'usage',
      `no database is given and no system runs on ${dataDir}: run \`bazaar start\` in another terminal, name its folder with --data-dir, or set DATABASE_URL`,
    );
  });
  return runtimeSchema.parse(JSON.parse(text)).database_url;
}
