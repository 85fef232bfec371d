import { erasePerson } from '../../lambdas/people/erase-person.ts';
import { BazaarError } from '../../platform/errors.ts';
import { pooledUrl } from '../../repositories/connection-url.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';
import { createProgress } from '../command-line/progress.ts';
import { unlessAborted } from '../command-line/work.ts';

export type EraseOptions = { yes?: true | undefined; dataDir: string; json?: true | undefined };

/** Erases a person and prints the receipt. */
export async function runErase(
  userId: string,
  { yes, dataDir, json }: EraseOptions,
  signal: AbortSignal,
): Promise<number> {
  if (!yes) throw new BazaarError('usage', 'this cannot be undone: repeat it with --yes');
  const progress = createProgress();
  progress.show('erasing');
  const receipt = await unlessAborted(
    signal,
    withDatabaseUrl(dataDir, (url) => erasePerson(createNeonDatabase(pooledUrl(url)), { userId })),
  ).finally(progress.end);
  if (json) console.log(JSON.stringify(receipt));
  else {
    console.log(`receipt ${receipt.receipt}, finished at ${receipt.finished_at}`);
    for (const [table, rows] of Object.entries(receipt.removed)) console.log(`  ${table.padEnd(24)} ${rows}`);
  }
  return 0;
}
