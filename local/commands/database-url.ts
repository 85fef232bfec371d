import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';

const runtimeSchema = z.object({ database_url: z.string() });

/**
 * The owner's connection string: `DATABASE_URL`, else that of the system that runs on the data folder.
 *
 * @throws BazaarError when there is neither.
 */
export async function ownerDatabaseUrl(environment: NodeJS.ProcessEnv, dataDir: string): Promise<string> {
  const given = environment.DATABASE_URL;
  if (given !== undefined && !URL.canParse(given))
    throw new BazaarError(
      'usage',
      'DATABASE_URL is not valid; allowed: postgresql://owner:password@host:port/database',
    );
  if (given !== undefined) return given;
  const file = path.join(dataDir, 'runtime.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BazaarError(
      'usage',
      `no database given: set DATABASE_URL, or start the system whose folder is ${dataDir}`,
    );
  });
  return runtimeSchema.parse(JSON.parse(text)).database_url;
}
