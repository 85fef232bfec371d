/**
 * The engines of a fault run, started once and, when a scenario kills them, again: PostgreSQL with a migrated template,
 * and Kafka with as many brokers as a scenario asks for.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../local/engines/postgres.ts';
import { type NeonEndpoint, startNeonEndpoint, useNeonEndpoint } from '../../../local/neon/endpoint.ts';
import { supervise } from '../../../local/supervise.ts';
import { migrate } from '../../../repositories/migrate.ts';
import { withSession } from '../../../repositories/neon-database.ts';
import { setRolePasswords } from '../../../repositories/roles.repository.ts';
import { type Brokers, startBrokers } from '../../brackets/brokers.ts';
import { rolePasswords } from '../../brackets/role-passwords.ts';

export type Stage = {
  folder: string;
  /** Owner of the migrated template database. */
  ownerUrl: string;
  /** Superuser in database `postgres`. */
  adminUrl: string;
  endpoint: NeonEndpoint;
  brokers(count: number): Promise<Brokers>;
  killPostgres(): void;
  /** Lines `deadlock detected` in the server's log: unlike its statistics, they outlive a crash. */
  deadlocks(): Promise<number>;
  log: (text: string) => void;
  stop(): Promise<void>;
};

export const SQL_FOLDER = new URL('../../../sql/', import.meta.url);

/** Starts PostgreSQL in a temporary folder, which `stop` removes with everything in it. */
export async function openStage(log: (text: string) => void): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-chaos-'));
  await chmod(folder, 0o755);
  const parts: { stop(): Promise<void> }[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const postgres = await startMortalPostgres(join(folder, 'postgres'), log);
    parts.push(postgres);
    const endpoint = await startNeonEndpoint({ databaseUrl: postgres.ownerUrl });
    parts.push({ stop: endpoint.close });
    useNeonEndpoint(endpoint);
    await withSession(postgres.ownerUrl, (session) => migrate(session, SQL_FOLDER));
    await setRolePasswords(postgres.ownerUrl, rolePasswords);
    const clusters = new Map<number, Brokers>();
    const brokers = async (count: number) => {
      const known = clusters.get(count) ?? (await startBrokers({ folder: join(folder, `kafka-${count}`), count, log }));
      if (!clusters.has(count)) parts.push(known);
      clusters.set(count, known);
      return known;
    };
    const { ownerUrl, adminUrl, kill: killPostgres, deadlocks } = postgres;
    return { folder, ownerUrl, adminUrl, endpoint, brokers, killPostgres, deadlocks, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** PostgreSQL that is started again on the same folder and port whenever it ends. */
async function startMortalPostgres(folder: string, log: (text: string) => void) {
  let pid: number | undefined;
  let port: number | undefined;
  const { first, stop } = await supervise({
    name: 'postgres',
    log,
    start: async () => {
      const started = await startPostgres({ folder, port });
      ({ pid, port } = started);
      void started.exited.then(() => {
        pid = undefined;
      });
      return started;
    },
  });
  return {
    ownerUrl: first.url,
    adminUrl: Object.assign(new URL(first.adminUrl), { pathname: '/postgres' }).href,
    kill() {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    deadlocks: async () => (await readFile(join(folder, 'server.log'), 'utf8')).split('deadlock detected').length - 1,
    stop,
  };
}
