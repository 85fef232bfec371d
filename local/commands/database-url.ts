import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { BazaarError } from '../../platform/errors.ts';

const runtimeSchema = z.object({ database_url: z.string() });

/**
 * The owner's connection string: `DATABASE_URL`, else that of the system that runs on the data folder.
 *
 * @throws BazaarError when there is neither.
 */
export async function ownerDatabaseUrl(environment: NodeJS.ProcessEnv, dataDir: string): Promise<string> {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  const file = path.join(dataDir, 'runtime.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BazaarError(
      'usage',
      `no database given: set DATABASE_URL, or start the system whose folder is ${dataDir}`,
    );
  });
  return runtimeSchema.parse(JSON.parse(text)).database_url;
}
