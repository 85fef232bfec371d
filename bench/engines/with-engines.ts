import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JvmKafka, startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { type Postgres, startPostgres } from '../../local/engines/postgres.ts';
import { openDatabase } from '../../local/neon/open-database.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { setRolePasswords } from '../../repositories/roles.repository.ts';
import { rolePasswords } from '../../test/brackets/role-passwords.ts';

const SQL = new URL('../../sql/', import.meta.url);

export type Engines = { postgres: Postgres; kafka: JvmKafka; folder: string };

/**
 * A migrated PostgreSQL with the settings of `npm start` (fsync on) and a Kafka on a JVM, both new and for `work` alone;
 * ended and removed afterwards, also when it throws or the process is interrupted.
 */
export async function withEngines<T>(work: (engines: Engines) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-bench-'));
  await chmod(folder, 0o755);
  const running: { pid: number; stop(): Promise<void> }[] = [];
  const removeAtExit = () => {
    for (const { pid } of running) process.kill(pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  const interrupt = () => process.exit(130);
  process.once('exit', removeAtExit);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    const postgres = await startPostgres({ folder: join(folder, 'postgres') });
    running.push(postgres);
    const kafka = await startKafkaOnJvm({ folder: join(folder, 'kafka') });
    running.push(kafka.process);
    await migrateAll(postgres.url);
    return await work({ postgres, kafka, folder });
  } finally {
    process.off('exit', removeAtExit);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    await Promise.allSettled(running.map((engine) => engine.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function migrateAll(url: string): Promise<void> {
  const opened = await openDatabase(url);
  try {
    await withSession(url, (session) => migrate(session, SQL));
    await setRolePasswords(url, rolePasswords);
  } finally {
    await opened.close();
  }
}

/** The connection string of one of the application's roles. */
export function urlOfRole(url: string, role: keyof typeof rolePasswords): string {
  const own = new URL(url);
  own.username = role;
  own.password = rolePasswords[role];
  return own.href;
}
