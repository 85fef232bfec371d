import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { BazaarError } from '../platform/errors.ts';
import type { Session } from './neon-database.ts';
import { DEFAULT_PATIENCE, isContention, type Patience, patientTransaction } from './patient-transaction.ts';

type SqlFile = { name: string; text: string; digest: string };

/** Two deploys at once: the second waits for the first. Any constant does; this one is ours. */
const MIGRATION_LOCK = 7_221_001;

/**
 * Applies the migrations that are not applied yet, in the order of their names, each in its own transaction, and then the
 * functions and views, where their text changed. Returns the names of what it applied. What would keep others waiting for long,
 * or close a circle with them, begins anew.
 *
 * @param session the owner's; it holds a lock from here on until it is closed, so that deploys come one after the other.
 * @param folder the folder `sql/`.
 * @throws BazaarError when an applied migration was edited afterwards; DatabaseUnavailableError when one does not get its locks.
 */
export async function migrate(session: Session, folder: URL, patience = DEFAULT_PATIENCE): Promise<string[]> {
  const migrations = await readSqlFiles(new URL('migrations/', folder));
  const functions = await readSqlFiles(new URL('functions/', folder));
  const views = await readSqlFiles(new URL('views/', folder));
  await session.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await session.query(`create table if not exists schema_migrations (
    name text primary key, digest text not null, applied_at timestamptz not null default now())`);
  const applied = await readApplied(session);
  const done: string[] = [];
  for (const file of migrations.filter((migration) => !isApplied(migration, applied))) {
    await apply(session, patience, [file], ({ text }) => session.query(text));
    done.push(file.name);
  }
  for (const [files, replace] of [
    [functions, replaceFunction],
    [views, replaceView],
  ] as const) {
    const changed = files.filter(({ name, digest }) => applied.get(name) !== digest);
    // One may stand on another: all are made again, together, so that readers see the old set or the new one.
    if (changed.length > 0) await apply(session, patience, files, (file) => replace(session, file));
    done.push(...changed.map(({ name }) => name));
  }
  return done;
}

const objectName = (file: string) => file.replace(/\.sql$/, '');

async function readSqlFiles(folder: URL): Promise<SqlFile[]> {
  const entries = (await readdir(folder)).filter((entry) => entry.endsWith('.sql')).sort();
  return Promise.all(
    entries.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, digest: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function readApplied(session: Session): Promise<Map<string, string>> {
  const rows = await session.query('select name, digest from schema_migrations');
  return new Map(rows.map((row) => [String(row.name), String(row.digest)]));
}

function isApplied(migration: SqlFile, applied: ReadonlyMap<string, string>): boolean {
  const digest = applied.get(migration.name);
  if (digest === undefined) return false;
  if (digest !== migration.digest)
    throw new BazaarError(
      'config_invalid',
      `migration ${migration.name} was edited after it was applied; add a new one instead`,
    );
  return true;
}

/** With other arguments it would be another function beside the old one, so that calls are ambiguous. */
async function replaceFunction(session: Session, { name, text }: SqlFile): Promise<void> {
  const overloads = `select oid::regprocedure::text as signature from pg_proc
    where pronamespace = 'public'::regnamespace and proname = $1`;
  for (const { signature } of await session.query(overloads, [objectName(name)]))
    await session.query(`drop function ${signature}`);
  await session.query(text);
}

/**
 * A view is replaced in place, which keeps what others built on it. Where that cannot be (a rollback to a version in which
 * it had fewer columns), it is made anew.
 */
async function replaceView(session: Session, { name, text }: SqlFile): Promise<void> {
  await session.query('savepoint replaced');
  try {
    await session.query(text);
  } catch (error) {
    if (isContention(error)) throw error;
    await session.query('rollback to savepoint replaced');
    await session.query(`drop view if exists analytics.${objectName(name)}`);
    await session.query(text);
  }
}

async function apply(
  session: Session,
  patience: Patience,
  files: readonly SqlFile[],
  run: (file: SqlFile) => Promise<unknown>,
): Promise<void> {
  const what = files.map(({ name }) => name).join(', ');
  await patientTransaction(session, { what, patience }, async () => {
    for (const file of files) {
      const { name, digest } = file;
      await run(file);
      await session.query(
        `insert into schema_migrations (name, digest) values ($1, $2)
         on conflict (name) do update set digest = excluded.digest, applied_at = now()`,
        [name, digest],
      );
    }
  });
}
