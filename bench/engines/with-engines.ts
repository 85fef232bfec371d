import { join } from 'node:path';
import { type JvmKafka, startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { type Postgres, startPostgres } from '../../local/engines/postgres.ts';
import { openDatabase } from '../../local/neon/open-database.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { setRolePasswords } from '../../repositories/roles.repository.ts';
import { rolePasswords } from '../../test/brackets/role-passwords.ts';
import { withScratch } from './with-scratch.ts';

const SQL = new URL('../../sql/', import.meta.url);

export type Engines = { postgres: Postgres; kafka: JvmKafka; folder: string };

/**
 * A migrated PostgreSQL with the settings of `npm start` (fsync on) and a Kafka on a JVM, both new and for `work` alone;
 * ended and removed afterwards, also when it throws or the process is interrupted.
 */
export function withEngines<T>(work: (engines: Engines) => Promise<T>): Promise<T> {
  return withScratch(async (scratch) => {
    const { folder } = scratch;
    const postgres = await startPostgres({ folder: join(folder, 'postgres') });
    scratch.ending(postgres);
    const kafka = await startKafkaOnJvm({ folder: join(folder, 'kafka') });
    scratch.ending(kafka.process);
    await migrateAll(postgres.url);
    return work({ postgres, kafka, folder });
  });
}

/** Brings a new database up to the newest migration, and lets its roles in. */
export async function migrateAll(url: string): Promise<void> {
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
