import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordDeadLetters } from '../../lambdas/maintain/record-dead-letters.ts';
import { deadLetterReasons } from '../../repositories/dead-letters.repository.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.rows('truncate dead_letters'));

const insert = (reason: string, more = '', values = '') =>
  `insert into dead_letters (topic, partition, "offset", reason, detail, payload, digest${more})
   values ('purchases', 0, 1, '${reason}', 'd', 'p', gen_random_uuid()${values})`;
const denied = /permission denied/;

test('the table knows the reasons that the code knows, and no other', async () => {
  for (const reason of deadLetterReasons) await database.rows(insert(reason));
  await expect(database.rows(insert('because'))).rejects.toThrow(/dead_letters_reason/);
});

test('a consumer sets records aside, and neither marks, fixes nor dismisses any', async () => {
  await query(database.writerUrl, insert('not_json'));
  for (const column of ['replayed_at', 'fixed_at', 'dismissed_at'])
    await expect(query(database.writerUrl, insert('not_json', `, ${column}`, ', now()'))).rejects.toThrow(denied);
  await expect(query(database.writerUrl, 'update dead_letters set replayed_at = now()')).rejects.toThrow(denied);
});

test('who repairs changes no payload and no raw row, and deletes nothing', async () => {
  await query(database.repairerUrl, insert('not_json'));
  await query(database.repairerUrl, 'update dead_letters set dismissed_at = now()');
  for (const statement of [
    "update dead_letters set payload = 'other'",
    "update dead_letters set reason = 'tombstone'",
    'delete from dead_letters',
    'truncate dead_letters',
    'update raw_purchases set trusted = true',
    'delete from raw_purchases',
    'select from erased_people',
    "select drop_expired_partition('raw_cart_events', now())",
  ])
    await expect(query(database.repairerUrl, statement), statement).rejects.toThrow(/permission denied/);
});

test('depth and age of what waits are recorded, and the role that does so reads nothing else of it', async () => {
  const recorded: unknown[] = [];
  const record = () => recordDeadLetters(createNeonDatabase(database.maintainerUrl), (values) => recorded.push(values));
  await record();
  await database.rows(insert('not_json', ', created_at', ", now() - interval '9 days'"));
  await database.rows(insert('not_json', ', created_at', ", now() - interval '2 days'"));
  await database.rows(insert('not_json', ', created_at, replayed_at', ", now() - interval '20 days', now()"));
  await database.rows(insert('not_json', ', created_at, dismissed_at', ", now() - interval '30 days', now()"));
  await record();
  expect(recorded).toEqual([
    { dead_letters_waiting: 0, oldest_dead_letter_days: 0 },
    { dead_letters_waiting: 2, oldest_dead_letter_days: expect.closeTo(9, 2) },
  ]);
  await expect(query(database.maintainerUrl, 'select payload from dead_letters')).rejects.toThrow(denied);
});
