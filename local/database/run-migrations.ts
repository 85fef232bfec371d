import { directUrl } from '../../repositories/connection-url.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';
import { unlessAborted } from '../command-line/work.ts';

const SQL_FOLDER = new URL('../../sql/', import.meta.url);

/** Brings the tables, functions and views of a database up to date and says what was applied. */
export async function runMigrations(
  { dataDir, json }: { dataDir: string; json?: true | undefined },
  signal: AbortSignal,
): Promise<number> {
  const applied = await unlessAborted(
    signal,
    withDatabaseUrl(dataDir, (url) => withSession(directUrl(url), (session) => migrate(session, SQL_FOLDER))),
  );
  if (json) console.log(JSON.stringify({ applied }));
  else console.log(applied.length === 0 ? 'nothing new' : `applied ${applied.join(', ')}`);
  return 0;
}
