import { NeonDbError, neon } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withSession } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('gives values the types that the driver gives them on Neon', async () => {
  const sql = neon(database.url);
  const [row] = await sql`select 1 as int, 9007199254740993::bigint as big, 1.10::numeric as num, null as nothing,
    true as yes, '{"a":[1]}'::jsonb as json, '2026-01-31T12:00:00Z'::timestamptz as at, '\\x00ff'::bytea as bytes,
    array['a,b', null, 'c"d'] as texts, array[1, 2] as ints, 'é' as text`;
  expect(row).toEqual({
    int: 1,
    big: '9007199254740993',
    num: '1.10',
    nothing: null,
    yes: true,
    json: { a: [1] },
    at: new Date('2026-01-31T12:00:00Z'),
    bytes: Buffer.from([0, 255]),
    texts: ['a,b', null, 'c"d'],
    ints: [1, 2],
    text: 'é',
  });
});

test('takes arrays, nulls, dates, bytes and json as parameters', async () => {
  const sql = neon(database.url);
  const at = new Date('2026-01-31T12:00:00.123Z');
  const rows = await sql.query(
    'select t, $2::timestamptz as at, $3::bytea as bytes, $4::jsonb as json from unnest($1::text[]) as t',
    [['a"b', null, '{x}'], at, Buffer.from([0, 1]), { a: 1 }],
  );
  expect(rows.map((row) => row.t)).toEqual(['a"b', null, '{x}']);
  expect(rows[0]).toMatchObject({ at, bytes: Buffer.from([0, 1]), json: { a: 1 } });
});

test('carries the SQLSTATE and the constraint of an error', async () => {
  await database.rows('create table once (id int primary key)');
  const sql = neon(database.url);
  const failed = await sql`insert into once values (1), (1)`.catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(NeonDbError);
  expect(failed).toMatchObject({ code: '23505', constraint: 'once_pkey', severity: 'ERROR' });
});

test('rolls a failed transaction back whole and runs the isolation that was asked for', async () => {
  await database.rows('create table parts (id int)');
  const sql = neon(database.url);
  await expect(sql.transaction([sql`insert into parts values (1)`, sql`select 1 / 0`])).rejects.toMatchObject({
    code: '22012',
  });
  expect(await database.rows('select * from parts')).toEqual([]);
  const [levels] = await sql.transaction(
    [sql`select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as ro`],
    { isolationLevel: 'RepeatableRead', readOnly: true },
  );
  expect(levels).toEqual([{ level: 'repeatable read', ro: 'on' }]);
});

test('runs as the role of the connection string and refuses a wrong password', async () => {
  const [row] = await neon(database.writerUrl)`select current_user as who`;
  expect(row).toEqual({ who: 'bazaar_writer' });
  const wrong = new URL(database.writerUrl);
  wrong.password = 'wrong';
  await expect(neon(wrong.href)`select 1`).rejects.toMatchObject({ code: '28P01' });
});

test('finishes a statement whose request was aborted, as Neon does', async () => {
  await database.rows('create table ghosts (id int)');
  const sql = neon(database.url);
  const statement = 'with wait as (select pg_sleep(0.3)) insert into ghosts select 1 from wait';
  const aborted = sql.query(statement, [], { fetchOptions: { signal: AbortSignal.timeout(100) } });
  await expect(aborted).rejects.toThrow(/abort|timeout/i);
  await expect.poll(() => database.rows('select * from ghosts'), { timeout: 5_000 }).toEqual([{ id: 1 }]);
});

test('opens sessions through the WebSocket proxy', async () => {
  const rows = await withSession(database.url, async (session) => {
    await session.query('create temp table mine (id int)');
    await session.query('insert into mine values ($1)', [7]);
    return session.query('select id, current_user as who from mine');
  });
  expect(rows).toEqual([{ id: 7, who: 'bazaar_owner' }]);
});
