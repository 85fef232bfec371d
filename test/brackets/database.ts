/**
 * A migrated database of its own for a test file or a test; the Neon driver of the test's process reaches it.
 *
 *   const database = await openTestDatabase();           // beforeAll; in afterAll: await database.close()
 *   await withDatabase(async (database) => { … });       // the same for one test
 *
 *   database.url, writerUrl, readerUrl, biUrl, …         // connection strings for createNeonDatabase(…), withSession(…)
 *   database.adminUrl                                     // superuser
 *   await database.rows('select … where x = $1', [x])     // as owner, past every layer under test (plain pg)
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase } from '../../local/neon/open-database.ts';
import { asRole } from '../../repositories/roles.repository.ts';
import { rolePasswords } from './role-passwords.ts';

export type TestDatabase = {
  url: string;
  writerUrl: string;
  readerUrl: string;
  biUrl: string;
  maintainerUrl: string;
  catalogueUrl: string;
  trainerUrl: string;
  peopleUrl: string;
  repairerUrl: string;
  adminUrl: string;
  rows(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

/** Clones the migrated template. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const [ownerUrl, adminUrl] = [inject('ownerUrl'), inject('adminUrl')];
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = new URL(ownerUrl).pathname.slice(1);
  await onServer(ownerUrl, `create database ${name} template ${template}`);
  const url = inDatabase(ownerUrl, name);
  const opened = await openDatabase(url);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  return {
    url,
    writerUrl: asRole(url, 'bazaar_writer', rolePasswords),
    readerUrl: asRole(url, 'bazaar_reader', rolePasswords),
    biUrl: asRole(url, 'bazaar_bi', rolePasswords),
    maintainerUrl: asRole(url, 'bazaar_maintainer', rolePasswords),
    catalogueUrl: asRole(url, 'bazaar_catalogue', rolePasswords),
    trainerUrl: asRole(url, 'bazaar_trainer', rolePasswords),
    peopleUrl: asRole(url, 'bazaar_people', rolePasswords),
    repairerUrl: asRole(url, 'bazaar_repairer', rolePasswords),
    adminUrl: inDatabase(adminUrl, name),
    rows: async (text, params) => (await pool.query(text, params)).rows,
    close: async () => {
      await Promise.all([opened.close(), pool.end()]);
      await onServer(adminUrl, `drop database ${name} with (force)`);
    },
  };
}

/** Opens a database for `work` and drops it afterwards, whatever happens. */
export async function withDatabase(work: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await openTestDatabase();
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}
