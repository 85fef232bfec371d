import { aggregates } from '../../repositories/aggregates.ts';
import { audit, type Difference } from '../../repositories/audit.repository.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';
import { createProgress } from '../command-line/progress.ts';
import { unlessAborted } from '../command-line/work.ts';

/** All are counted; a machine that is told of more could do no more with them. */
const MAX_LISTED = 1_000;

/** Prints every row of an aggregate that is not what the raw rows give. Exit status: 0 there is none, 1 there are some. */
export async function runAudit(
  { dataDir, json }: { dataDir: string; json?: true | undefined },
  signal: AbortSignal,
): Promise<number> {
  const progress = createProgress();
  const listed: (Difference & { table: string })[] = [];
  const report = (table: string, difference: Difference) => {
    if (json) {
      if (listed.length < MAX_LISTED) listed.push({ table, ...difference });
      return;
    }
    progress.end();
    console.log(lineOf(table, difference));
  };
  const onTable = (table: string, index: number) => progress.count(`comparing ${table}`, index + 1, aggregates.length);
  const counts = await unlessAborted(
    signal,
    withDatabaseUrl(dataDir, (url) =>
      withSession(directUrl(url), (session) => audit(session, aggregates, report, onTable)),
    ),
  ).finally(progress.end);
  const differences = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (json) console.log(JSON.stringify({ differences, tables: Object.fromEntries(counts), listed }));
  else console.error(`${counts.size} tables compared with the raw rows: ${differences} differences`);
  return differences === 0 ? 0 : 1;
}

function lineOf(table: string, { key, stored, derived }: Difference): string {
  return `${table} ${JSON.stringify(key)}: stored ${JSON.stringify(stored)}, derived ${JSON.stringify(derived)}`;
}
