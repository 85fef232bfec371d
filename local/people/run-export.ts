import { once } from 'node:events';
import { exportPerson } from '../../lambdas/people/export-person.ts';
import { pooledUrl } from '../../repositories/connection-url.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';

/** Prints everything that is held on a person, a record a line. */
export async function runExport(
  userId: string,
  { dataDir }: { dataDir: string },
  signal: AbortSignal,
): Promise<number> {
  let records = 0;
  await withDatabaseUrl(dataDir, async (url) => {
    for await (const record of exportPerson(createNeonDatabase(pooledUrl(url)), { userId })) {
      signal.throwIfAborted();
      records += 1;
      if (!process.stdout.write(`${JSON.stringify(record)}\n`)) await once(process.stdout, 'drain');
    }
  });
  console.error(`${records} records`);
  return 0;
}
