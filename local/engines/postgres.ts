/**
 * A real PostgreSQL server of its own in a folder.
 *
 *   const postgres = await startPostgres({ folder: '/tmp/x', port: 5433 });   // port: else the last one, else a free one
 *   postgres.url        // postgresql://bazaar_owner:…@127.0.0.1:5433/bazaar — owns the database, may create roles, no superuser
 *   postgres.adminUrl   // the superuser, for what only it can do (ending other connections)
 *   postgres.pid, postgres.exited, await postgres.stop()
 */
import { mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type EngineProcess, endLeftover, startEngineProcess } from './engine-process.ts';
import { freePort } from './free-port.ts';
import { postgresBinaries, reachableFolder } from './postgres-binaries.ts';
import { type ClusterConnection, clusterConnection, ensureCluster, removeOrphan } from './postgres-cluster.ts';
import { unprivilegedUser } from './postgres-user.ts';
import { writePrivateJson } from './private-file.ts';

export type Postgres = EngineProcess & { url: string; adminUrl: string; port: number };

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const BYTES_PER_MB = 2 ** 20;
/** PostgreSQL's own default, and what months of a large shop need. */
const [MIN_BUFFERS_MB, MAX_BUFFERS_MB] = [128, 2_048];
const DATABASE = 'bazaar';
const OWNER = 'bazaar_owner';
/** Fast shutdown: ends sessions, writes a checkpoint, leaves nothing to recover. */
const FAST_SHUTDOWN = 'SIGINT';

/**
 * Starts PostgreSQL on the folder, which is created on first use and continued afterwards; a server that an earlier,
 * killed start left on it is ended first. Listens on 127.0.0.1 only. Throws `BazaarError` (`engine_failed`) with the
 * place of the server's log when it does not answer in time.
 */
export async function startPostgres(options: { folder: string; port?: number | undefined }): Promise<Postgres> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const recordFile = join(folder, 'process.json');
  await endLeftover({ recordFile, stopSignal: FAST_SHUTDOWN });
  const user = await unprivilegedUser();
  const binaries = await postgresBinaries(user);
  const cluster = await reachableFolder(join(folder, 'cluster'), user);
  const connectionFile = join(folder, 'connection.json');
  await removeOrphan(cluster, folder, connectionFile);
  const known = await clusterConnection(connectionFile);
  await ensureCluster(binaries.initdb, cluster, known.adminPassword, user);
  const port = options.port ?? (await freePort(known.port || undefined));
  const connection = { ...known, port };
  await writePrivateJson(connectionFile, connection);
  const logFile = join(folder, 'server.log');
  const server = await startEngineProcess({
    name: 'postgres',
    command: binaries.postgres,
    args: serverArguments(cluster, port),
    recordFile,
    logFile,
    user,
    stopSignal: FAST_SHUTDOWN,
  });
  await prepareDatabase(server, connection, logFile);
  return {
    ...server,
    port,
    url: urlOf(OWNER, connection.ownerPassword, port, DATABASE),
    adminUrl: adminUrlOf(connection, DATABASE),
  };
}

/**
 * A quarter of the memory, as PostgreSQL's manual advises for a server of its own, within bounds. It is taken as data is read,
 * not at the start.
 */
function sharedBuffersMb(): number {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.round(Math.min(MAX_BUFFERS_MB, Math.max(MIN_BUFFERS_MB, bytes / 4 / BYTES_PER_MB)));
}

function serverArguments(cluster: string, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: `${sharedBuffersMb()}MB`,
    fsync: 'on',
    max_wal_size: '2GB',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function prepareDatabase(server: EngineProcess, connection: ClusterConnection, logFile: string): Promise<void> {
  try {
    const admin = await connectWhenReady(server, adminUrlOf(connection, 'postgres'));
    try {
      await createOwnerAndDatabase(admin, connection.ownerPassword);
    } finally {
      await admin.end();
    }
  } catch (cause) {
    await server.stop();
    throw new BazaarError('engine_failed', `postgres did not start: ${messageOf(cause)}; its log is ${logFile}`, {
      cause,
    });
  }
}

async function connectWhenReady(server: EngineProcess, adminUrl: string): Promise<pg.Client> {
  let hasExited = false;
  server.exited.then(() => {
    hasExited = true;
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (hasExited || Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}

async function createOwnerAndDatabase(admin: pg.Client, ownerPassword: string): Promise<void> {
  const roles = await admin.query('select from pg_roles where rolname = $1', [OWNER]);
  if (roles.rowCount === 0)
    await admin.query(`create role ${OWNER} login createrole createdb password '${ownerPassword}'`);
  const databases = await admin.query('select from pg_database where datname = $1', [DATABASE]);
  if (databases.rowCount === 0) await admin.query(`create database ${DATABASE} owner ${OWNER}`);
}

function adminUrlOf({ port, adminPassword }: ClusterConnection, database: string): string {
  return urlOf('postgres', adminPassword, port, database);
}

function urlOf(role: string, password: string, port: number, database: string): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;
}
