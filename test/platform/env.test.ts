import { expect, test } from 'vitest';
import * as z from 'zod';
import { jsonSetting, listSetting, readEnv } from '../../platform/env.ts';
import { BazaarError } from '../../platform/errors.ts';

const schema = z.object({ PORT: z.coerce.number().int(), NAME: z.string() });

test('reads what is there and leaves the rest', () => {
  expect(readEnv(schema, { PORT: '3000', NAME: 'shop', OTHER: 'x' })).toEqual({ PORT: 3000, NAME: 'shop' });
});

test('names every variable that is missing or wrong at once', () => {
  const read = () => readEnv(schema, { PORT: 'many' });
  expect(read).toThrow(BazaarError);
  expect(read).toThrow(/PORT.*NAME/);
});

test.each(['mysql://owner:hunter2@db/shop', 'hunter2'])('never repeats a wrong value: it may be a secret', (value) => {
  const databaseUrl = z.object({ DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }) });
  const read = () => readEnv(databaseUrl, { DATABASE_URL: value });
  expect(read).toThrow(/DATABASE_URL/);
  expect(read).not.toThrow(/hunter2/);
});

test('reads JSON and lists, and repeats nothing of JSON that is broken', () => {
  const settings = z.object({ KEYS: jsonSetting(z.array(z.string())), HOSTS: listSetting });
  expect(readEnv(settings, { KEYS: '["a"]', HOSTS: ' a,b ,' })).toEqual({ KEYS: ['a'], HOSTS: ['a', 'b'] });
  for (const KEYS of ['hunter2', '["hunter2"', '{"hunter2":1}']) {
    expect(() => readEnv(settings, { KEYS, HOSTS: '' })).toThrow(/KEYS/);
    expect(() => readEnv(settings, { KEYS, HOSTS: '' })).not.toThrow(/hunter2/);
  }
});
