/**
 * vitest globalSetup: one PostgreSQL for the whole run, migrated once; Kafka starts when a test first asks for it
 * (`kafkaBrokers()` in kafka.ts). Test files use database.ts.
 */
import { chmod, glob, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../local/engines/postgres.ts';
import { endRecordedProcess, recordedProcess, recordProcess } from '../../local/engines/process-record.ts';
import { openDatabase } from '../../local/neon/open-database.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { setRolePasswords } from '../../repositories/roles.repository.ts';
import { rolePasswords } from './role-passwords.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Owner of the migrated template database. */
    ownerUrl: string;
    adminUrl: string;
    /** The run's folder, removed at its end. */
    runFolder: string;
  }
}

const PREFIX = 'bazaar-test-';
const STOP_GRACE_MS = 5_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepAbandonedRuns();
  const runFolder = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(runFolder, 0o755);
  await recordProcess(join(runFolder, 'run.json'), process.pid);
  try {
    await startMigratedPostgres(project, join(runFolder, 'postgres'));
    project.provide('runFolder', runFolder);
  } catch (error) {
    await endRun(runFolder);
    throw error;
  }
  return () => endRun(runFolder);
}

async function startMigratedPostgres(project: TestProject, folder: string): Promise<void> {
  const postgres = await startPostgres({ folder });
  const opened = await openDatabase(postgres.url);
  try {
    await withSession(postgres.url, (session) => migrate(session, new URL('../../sql/', import.meta.url)));
    await setRolePasswords(postgres.url, rolePasswords);
  } finally {
    await opened.close();
  }
  project.provide('ownerUrl', postgres.url);
  project.provide('adminUrl', postgres.adminUrl);
}

/** Runs whose own process is gone were killed: their engines still hold ports and memory. */
async function sweepAbandonedRuns(): Promise<void> {
  const entries = await readdir(tmpdir());
  for (const entry of entries.filter((name) => name.startsWith(PREFIX))) {
    const folder = join(tmpdir(), entry);
    const records = await readdir(folder).catch((): string[] => []);
    if (records.includes('run.json') && (await recordedProcess(join(folder, 'run.json'))) === undefined)
      await endRun(folder);
  }
}

async function endRun(runFolder: string): Promise<void> {
  const endings: Promise<void>[] = [];
  for await (const record of glob(['*/process.json', '*/*/process.json'], { cwd: runFolder })) {
    const polite = basename(dirname(record)) === 'postgres' ? 'SIGINT' : 'SIGKILL';
    endings.push(endRecordedProcess(join(runFolder, record), polite, STOP_GRACE_MS));
  }
  await Promise.all(endings);
  await rm(runFolder, { recursive: true, force: true });
}
