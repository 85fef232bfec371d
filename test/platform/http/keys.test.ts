import { expect, test } from 'vitest';
import { createKeyring, hashKey, keyEntrySchema } from '../../../platform/http/keys.ts';

const entry = (key: string, fields: object = {}) => ({
  hash: hashKey(key),
  class: 'sk' as const,
  source: 'server',
  ...fields,
});

test('knows two keys of one source at once, so that a key can be replaced without downtime', () => {
  const keyring = createKeyring([entry('sk_old'), entry('sk_new'), entry('sk_app', { source: 'app' })]);
  expect(keyring.find('sk_old')).toMatchObject({ keyClass: 'sk', source: 'server' });
  expect(keyring.find('sk_new')).toMatchObject({ keyClass: 'sk', source: 'server' });
  expect(keyring.find('sk_app')).toMatchObject({ source: 'app' });
});

test('takes the class from the entry, not from how a key begins', () => {
  const keyring = createKeyring([entry('sk_looks_secret', { class: 'pk', origins: ['https://shop.example'] })]);
  expect(keyring.find('sk_looks_secret')).toMatchObject({ keyClass: 'pk', origins: ['https://shop.example'] });
});

test.each([undefined, '', 'sk_', 'sk_server ', 'SK_SERVER', hashKey('sk_server'), 'x'.repeat(100_000)])(
  'knows nobody by %j',
  (key) => {
    expect(createKeyring([entry('sk_server')]).find(key)).toMatchObject({ keyClass: 'none', source: '' });
    expect(createKeyring([]).find(key)).toMatchObject({ keyClass: 'none' });
  },
);

test('tells nothing of the key, nor its whole digest, to whoever holds the caller', () => {
  const caller = JSON.stringify(createKeyring([entry('sk_server')]).find('sk_server'));
  expect(caller).not.toContain('sk_server');
  expect(caller).not.toContain(hashKey('sk_server'));
});

test('refuses an entry that holds a key in place of its digest', () => {
  expect(keyEntrySchema.safeParse({ ...entry('sk_server'), hash: 'sk_server' }).success).toBe(false);
  expect(keyEntrySchema.safeParse({ ...entry('sk_server'), key: 'sk_server' }).success).toBe(false);
});
