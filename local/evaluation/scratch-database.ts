import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { type Postgres, startPostgres } from '../engines/postgres.ts';
import { reachableFolder } from '../engines/postgres-binaries.ts';
import { unprivilegedUser } from '../engines/postgres-user.ts';
import { endRecordedProcess, recordedProcess, recordProcess } from '../engines/process-record.ts';
import { openDatabase } from '../neon/open-database.ts';

const PREFIX = 'bazaar-evaluate-';
const SQL = new URL('../../sql/', import.meta.url);
/** What is under way when the command is interrupted is waited for this long. */
const GRACE_MS = 5_000;
const STOP_GRACE_MS = 8_000;

/**
 * Gives `work` a migrated database of its own and removes it afterwards, server and folder, also when the work throws, the
 * signal is given, or the process exits in between. What a killed process left behind, the next call removes.
 */
export async function withScratchDatabase<T>(signal: AbortSignal, work: (url: string) => Promise<T>): Promise<T> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(folder, 0o755);
  await recordProcess(join(folder, 'run.json'), process.pid);
  let postgres: Postgres | undefined;
  const removeAtExit = () => {
    if (postgres !== undefined) process.kill(postgres.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  process.once('exit', removeAtExit);
  try {
    postgres = await startPostgres({ folder: join(folder, 'postgres') });
    signal.throwIfAborted();
    return await onDatabase(postgres.url, signal, work);
  } finally {
    await remove(folder);
    process.off('exit', removeAtExit);
  }
}

async function onDatabase<T>(url: string, signal: AbortSignal, work: (url: string) => Promise<T>): Promise<T> {
  const opened = await openDatabase(url);
  try {
    await withSession(url, async (session) => {
      await migrate(session, SQL);
      // Nothing here outlives a crash of the machine.
      await session.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    });
    return await untilInterrupted(work(url), signal);
  } finally {
    await opened.close();
  }
}

/** The work's outcome; once interrupted it may end in order, and is left alone if it does not. */
async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = () => setTimeout(() => reject(signal.reason), GRACE_MS).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([work, interrupted]);
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && (await recordedProcess(join(folder, 'run.json'))) === undefined)
      await remove(folder);
  }
}

async function remove(folder: string): Promise<void> {
  const cluster = await reachableFolder(join(folder, 'postgres', 'cluster'), await unprivilegedUser()).catch(
    () => folder,
  );
  await endRecordedProcess(join(folder, 'postgres', 'process.json'), 'SIGINT', STOP_GRACE_MS);
  await Promise.all([cluster, folder].map((path) => rm(path, { recursive: true, force: true, maxRetries: 10 })));
}
