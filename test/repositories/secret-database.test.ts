import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DatabaseUnavailableError } from '../../platform/errors.ts';
import { urlOfRole } from '../../repositories/connection-url.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { createSecretDatabase } from '../../repositories/secret-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await openTestDatabase();
  role = `${new URL(database.url).pathname.slice(1)}_role`;
  await query(database.adminUrl, `create role ${role} login password 'first'`);
});
afterAll(async () => {
  await query(database.adminUrl, `drop role ${role}`);
  await database.close();
});
beforeEach(() => query(database.adminUrl, `alter role ${role} password 'first'`));

const secretWith = (password: string) =>
  JSON.stringify({ role, password, url: urlOfRole(database.url, role, password) });
const whoAmI = { text: 'select current_user as name', params: [] };

test('reads the secret when it is first needed, and asks as the role in it', async () => {
  let reads = 0;
  const secret = createSecretDatabase(async () => {
    reads += 1;
    return secretWith('first');
  }, createNeonDatabase);
  expect(reads).toBe(0);
  expect(await secret.query(whoAmI)).toEqual([{ name: role }]);
  expect(await secret.transact([whoAmI])).toEqual([[{ name: role }]]);
});

test('goes on through a rotation, though the database has the new password before the secret has', async () => {
  let stored = 'first';
  const secret = createSecretDatabase(
    async ({ fresh = false } = {}) => secretWith(fresh ? stored : 'first'),
    createNeonDatabase,
  );
  await secret.query(whoAmI);
  await query(database.adminUrl, `alter role ${role} password 'second'`);
  const asking = secret.query(whoAmI);
  setTimeout(() => {
    stored = 'second';
  }, 200);
  expect(await asking).toEqual([{ name: role }]);
});

test('throws what the database says when the password stays wrong, without repeating it', async () => {
  const secret = createSecretDatabase(async () => secretWith('hunter2'), createNeonDatabase);
  const failure = await secret.query(whoAmI).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DatabaseUnavailableError);
  expect(String(failure)).not.toContain('hunter2');
});

test.each(['{"role":"r","password":"hunter2"}', 'postgres://r:hunter2@host/db', '{"url":"hunter2"}'])(
  'says what is wrong with a secret that is not complete, and repeats nothing of it',
  async (text) => {
    const secret = createSecretDatabase(async () => text, createNeonDatabase);
    await expect(secret.query(whoAmI)).rejects.toThrow(/^(?!.*hunter2)the database secret /);
  },
);
