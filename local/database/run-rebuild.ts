import { aggregates } from '../../repositories/aggregates.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { withDatabaseUrl } from '../command-line/database.ts';
import { createProgress } from '../command-line/progress.ts';
import { unlessAborted } from '../command-line/work.ts';

/** Replaces aggregates by what the raw rows give, in the order in which they build on each other. */
export async function runRebuild(
  names: readonly string[],
  { dataDir, json }: { dataDir: string; json?: true | undefined },
  signal: AbortSignal,
): Promise<number> {
  const chosen = aggregates.filter(({ table }) => names.includes('all') || names.includes(table));
  const progress = createProgress();
  const onTable = (table: string, index: number) => progress.count(`rebuilding ${table}`, index + 1, chosen.length);
  await unlessAborted(
    signal,
    withDatabaseUrl(dataDir, (url) => withSession(directUrl(url), (session) => rebuild(session, chosen, onTable))),
  ).finally(progress.end);
  const rebuilt = chosen.map(({ table }) => table);
  if (json) console.log(JSON.stringify({ rebuilt }));
  else console.error(`rebuilt ${rebuilt.join(', ')}`);
  return 0;
}
