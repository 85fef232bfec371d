import pg from 'pg';
import { openDatabase } from '../../local/neon/open-database.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';

/** The same server, another database. */
export function inDatabase(url: string, name: string): string {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

/** Gives `work` a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs statements one after another. */
export async function runSql(url: string, ...statements: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** Makes a database anew, as a copy of `template`, and gives its address. */
export async function copyDatabase(url: string, template: string, name: string): Promise<string> {
  const maintenance = inDatabase(url, 'postgres');
  await runSql(maintenance, `drop database if exists ${name}`, `create database ${name} template ${template}`);
  return inDatabase(url, name);
}

/** A new database with the tables of another checkout. */
export async function migrateDatabase(url: string, name: string, sql: URL): Promise<void> {
  const target = await copyDatabase(url, 'template1', name);
  const opened = await openDatabase(target);
  try {
    await withSession(target, (session) => migrate(session, sql));
  } finally {
    await opened.close();
  }
}
