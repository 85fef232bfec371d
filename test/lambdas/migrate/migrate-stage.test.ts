import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateStage, type RoleSecret } from '../../../lambdas/migrate/migrate-stage.ts';
import { type Postgres, startPostgres } from '../../../local/engines/postgres.ts';
import { openDatabase } from '../../../local/neon/open-database.ts';
import { BazaarError } from '../../../platform/errors.ts';
import { type RoleName, roleNames } from '../../../repositories/roles.repository.ts';
import { query } from '../../brackets/query.ts';

/** A server of its own: roles and their passwords are those of the whole server. */
let folder: string;
let postgres: Postgres;
let opened: { close(): Promise<void> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bazaar-migrate-'));
  await chmod(folder, 0o755);
  postgres = await startPostgres({ folder: join(folder, 'postgres') });
  opened = await openDatabase(postgres.url);
});
afterAll(async () => {
  await opened.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const SQL = new URL('../../../sql/', import.meta.url);
const texts = new Map<RoleName, string>(
  roleNames.map((role) => [role, JSON.stringify({ role, password: `first_${role}` })]),
);
const secretOf = (role: RoleName): RoleSecret => ({
  read: async () => texts.get(role) ?? '',
  write: async (text) => void texts.set(role, text),
});
const roleSecrets = {
  bazaar_writer: secretOf('bazaar_writer'),
  bazaar_reader: secretOf('bazaar_reader'),
  bazaar_bi: secretOf('bazaar_bi'),
  bazaar_maintainer: secretOf('bazaar_maintainer'),
  bazaar_catalogue: secretOf('bazaar_catalogue'),
  bazaar_trainer: secretOf('bazaar_trainer'),
  bazaar_people: secretOf('bazaar_people'),
  bazaar_repairer: secretOf('bazaar_repairer'),
};
const run = (sql = SQL, rotatePasswords = false) =>
  migrateStage({ roleSecrets, folder: sql, readOwnerUrl: async () => `${postgres.url}\n` }, { rotatePasswords });
/** What the secret held when it was asked, told half a second later. */
async function laggingRead(role: RoleName): Promise<string> {
  const text = texts.get(role) ?? '';
  await sleep(500);
  return text;
}
const urlIn = (role: RoleName): string => JSON.parse(texts.get(role) ?? '{}').url;
const whoAmI = (url: string) => query(url, 'select current_user as name');

test('makes an empty database ready: tables, roles, and in each secret the address at which its role gets in', async () => {
  const { applied } = await run();
  expect(applied).toContain('0001_raw_events.sql');
  for (const role of roleNames) expect(await whoAmI(urlIn(role))).toEqual([{ name: role }]);
  // The two fields that QuickSight reads.
  expect(JSON.parse(texts.get('bazaar_bi') ?? '{}')).toMatchObject({
    username: 'bazaar_bi',
    password: 'first_bazaar_bi',
  });
  await expect(query(urlIn('bazaar_reader'), 'select from dead_letters')).rejects.toThrow(/permission denied/);
});

test('changes nothing when it runs again', async () => {
  const before = new Map(texts);
  expect(await run()).toEqual({ applied: [], passwordsRotated: false });
  expect(texts).toEqual(before);
});

test('gives every role a new password on demand; the old one no longer gets in', async () => {
  const before = urlIn('bazaar_writer');
  await run(SQL, true);
  expect(urlIn('bazaar_writer')).not.toBe(before);
  await expect(whoAmI(before)).rejects.toThrow(/password authentication failed/);
  for (const role of roleNames) expect(await whoAmI(urlIn(role))).toEqual([{ name: role }]);
});

test('leaves every role in when a rotation runs beside a deploy, whose readings are slow', async () => {
  const slow = { ...roleSecrets };
  for (const role of roleNames) slow[role] = { ...roleSecrets[role], read: () => laggingRead(role) };
  const options = { roleSecrets: slow, folder: SQL, readOwnerUrl: async () => postgres.url };
  await Promise.all([
    migrateStage(options, { rotatePasswords: false }),
    migrateStage({ ...options, roleSecrets }, { rotatePasswords: true }),
  ]);
  for (const role of roleNames) expect(await whoAmI(urlIn(role))).toEqual([{ name: role }]);
});

test.each(["psql 'postgresql://owner:hunter2@host/db'", '{"url":"postgresql://owner:hunter2@host/db"}', 'hunter2', ''])(
  'says what is wrong with a secret of the owner that is no address, and carries nothing of it',
  async (text) => {
    const failure = await migrateStage(
      { roleSecrets, folder: SQL, readOwnerUrl: async () => text },
      { rotatePasswords: false },
    ).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BazaarError);
    expect(
      JSON.stringify({ ...(failure as Error), message: String(failure), stack: (failure as Error).stack }),
    ).not.toContain('hunter2');
  },
);

test('says in words that the database cannot be reached', async () => {
  const unreachable = 'postgresql://owner:hunter2@127.0.0.1:9/db';
  await opened.close();
  const failing = migrateStage(
    { roleSecrets, folder: SQL, readOwnerUrl: async () => unreachable },
    { rotatePasswords: false },
  );
  await expect(failing).rejects.toThrow(/^(?!.*hunter2)the database answered: (?!.*\[object)/);
  opened = await openDatabase(postgres.url);
});

test('fails whole at a migration that fails, and goes on from there once it is mended', async () => {
  const broken = join(folder, 'sql');
  await cp(SQL, broken, { recursive: true });
  const migration = join(broken, 'migrations/9999_new.sql');
  await writeFile(migration, 'create table half (); select no_such_column;');
  await expect(run(pathToFileURL(`${broken}/`))).rejects.toThrow(/no_such_column/);
  expect(await query(postgres.url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
  await writeFile(migration, 'create table half ();');
  expect((await run(pathToFileURL(`${broken}/`))).applied).toEqual(['9999_new.sql']);
});

test('a rollback takes back a column that a newer version gave a view', async () => {
  const newer = join(folder, 'newer');
  await cp(SQL, newer, { recursive: true });
  const view = join(newer, 'views/realtime_revenue.sql');
  const columns = () =>
    query(postgres.url, "select count(*)::int from information_schema.columns where table_name = 'realtime_revenue'");
  const before = await columns();
  await writeFile(
    view,
    (await readFile(view, 'utf8')).replace(/\bfrom public\.live_revenue/i, ', 1 as one_more from public.live_revenue'),
  );
  await run(pathToFileURL(`${newer}/`));
  expect(await columns()).not.toEqual(before);
  await run();
  expect(await columns()).toEqual(before);
  expect(await query(urlIn('bazaar_bi'), 'select * from analytics.realtime_revenue')).toEqual([]);
});

test('a function that gets another argument replaces the one without it, and is taken back by a rollback', async () => {
  const other = join(folder, 'other-arguments');
  await cp(SQL, other, { recursive: true });
  const deploy = async (definition: string) => {
    await writeFile(join(other, 'functions/doubled.sql'), `create or replace function doubled${definition}`);
    await run(pathToFileURL(`${other}/`));
    return query(urlIn('bazaar_reader'), 'select doubled(2)');
  };
  const older = '(x integer) returns integer language sql as $$ select 2 * x $$';
  expect(await deploy(older)).toEqual([{ doubled: 4 }]);
  expect(
    await deploy('(x integer, plus integer default 1) returns integer language sql as $$ select 2 * x + plus $$'),
  ).toEqual([{ doubled: 5 }]);
  expect(await deploy(older)).toEqual([{ doubled: 4 }]);
});

test('an older version that is rolled back to leaves what a newer one has added', async () => {
  expect((await run()).applied).toEqual([]);
  expect(await query(postgres.url, "select to_regclass('half')::text as half")).toEqual([{ half: 'half' }]);
});
