import { join } from 'node:path';
import { isNeon } from '../../repositories/connection-url.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { type RolePasswords, setRolePasswords } from '../../repositories/roles.repository.ts';
import { startPostgres } from '../engines/postgres.ts';
import { type NeonAddresses, startNeonEndpoint, useNeonEndpoint } from '../neon/endpoint.ts';
import { supervise } from '../supervise.ts';
import { POSTGRES_FOLDER } from './instance.ts';

export type DatabaseEngine = { ownerUrl: string; neon: NeonAddresses | undefined; stop(): Promise<void> };

/** Brings up the database (the given one, else one of our own), its endpoint, the migrations and the roles' passwords. */
export async function startDatabase(options: {
  dataDir: string;
  databaseUrl: string | undefined;
  passwords: RolePasswords;
  say: (text: string) => void;
}): Promise<DatabaseEngine> {
  const { dataDir, databaseUrl, passwords, say } = options;
  const postgres = databaseUrl === undefined ? await startOwnPostgres(join(dataDir, POSTGRES_FOLDER), say) : undefined;
  const ownerUrl = databaseUrl ?? postgres?.url ?? '';
  const endpoint = isNeon(ownerUrl) ? undefined : await startNeonEndpoint({ databaseUrl: ownerUrl });
  const stop = async () => {
    await endpoint?.close();
    await postgres?.stop();
  };
  try {
    if (endpoint !== undefined) useNeonEndpoint(endpoint);
    const applied = await withSession(ownerUrl, (session) => migrate(session, new URL('../../sql/', import.meta.url)));
    say(`migrations: ${applied.length === 0 ? 'nothing new' : `${applied.length} applied`}`);
    await setRolePasswords(ownerUrl, passwords);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ownerUrl, neon: endpoint, stop };
}

async function startOwnPostgres(folder: string, say: (text: string) => void) {
  say('starting PostgreSQL');
  let port: number | undefined;
  const { first, stop } = await supervise({
    name: 'postgres',
    log: say,
    start: async () => {
      const postgres = await startPostgres({ folder, port });
      port = postgres.port;
      return postgres;
    },
  });
  return { url: first.url, stop };
}
