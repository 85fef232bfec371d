import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSecrets } from '../../local/system/secrets.ts';
import { roleNames } from '../../repositories/roles.repository.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const saved = async () => JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8'));

test('makes keys and a password for each role once, and keeps them', async () => {
  const made = await loadSecrets(dataDir);
  expect(new Set(Object.values(made.passwords)).size).toBe(roleNames.length);
  expect(await loadSecrets(dataDir)).toEqual(made);
});

test('a folder of an earlier version keeps its keys and passwords, and gets the password of a role that is new', async () => {
  const earlier = {
    keys: { pk: 'pk_1', sk: 'sk_1', ak: 'ak_1' },
    signingSecret: 'signed',
    passwords: { bazaar_writer: 'w', bazaar_reader: 'r', bazaar_bi: 'b' },
  };
  await writeFile(join(dataDir, 'secrets.json'), JSON.stringify(earlier));
  const loaded = await loadSecrets(dataDir);
  expect(loaded).toMatchObject(earlier);
  expect(loaded.passwords.bazaar_maintainer).toMatch(/^[\w-]{32}$/);
  expect(await saved()).toEqual(loaded);
  expect(await loadSecrets(dataDir)).toEqual(loaded);
});
