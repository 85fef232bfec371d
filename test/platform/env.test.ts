import { expect, test } from 'vitest';
import { z } from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { readEnv } from '../../platform/env.ts';
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
  const read = () => readEnv(databaseEnv, { DATABASE_URL: value });
  expect(read).toThrow(/DATABASE_URL/);
  expect(read).not.toThrow(/hunter2/);
});

test.each(['postgres://u:p@host/db', 'postgresql://u:p@ep-x-pooler.example/db?sslmode=require'])(
  'takes the connection string %s',
  (url) => expect(readEnv(databaseEnv, { DATABASE_URL: url })).toEqual({ DATABASE_URL: url }),
);
