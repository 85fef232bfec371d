import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { lettersOf } from '../../lambdas/dead-letters/letters.ts';
import { runBazaar } from '../command-line/run-bazaar.ts';

let database: TestDatabase;
let letters: ReturnType<typeof lettersOf>;
beforeAll(async () => {
  database = await openTestDatabase();
  letters = lettersOf(database);
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

const run = (line: string[], url = database.repairerUrl) => runBazaar(['dead-letters', ...line], { DATABASE_URL: url });
async function resultOf(...line: string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run([...line, '--json'])).output);
}
const ids = async (...filter: string[]) =>
  ((await resultOf('list', ...filter)).letters as { id: string }[]).map(({ id }) => id);

const EVENT = {
  ...{ type: 'product_view', event_id: '00000000-0000-4000-8000-000000000001', source: 'web', user_id: 'ada-lovelace' },
  ...{
    occurred_at: new Date(Date.now() - 60_000).toISOString(),
    received_at: new Date().toISOString(),
    product_id: 'tea',
  },
};

test('lists, shows, fixes and replays a record, as the role that may do no more', async () => {
  await letters.deliver('product_views', [JSON.stringify({ ...EVENT, colour: 'red' }), 'no json of ada-lovelace']);
  const [unreadable = '', bad = ''] = await ids();
  const filtered = [ids('--reason', 'not_json'), ids('--topic', 'purchases'), ids('--until', '2020-01-01')];
  expect(await Promise.all(filtered)).toEqual([[unreadable], [], []]);
  const shown = await resultOf('show', bad);
  expect(shown).toMatchObject({ reason: 'invalid_event', wrong: [expect.stringMatching(/nrecognized key/)] });
  expect(shown.payload).toMatchObject({ product_id: 'tea', user_id: '[redacted text, 12 characters]' });
  const texts = await Promise.all([['list'], ['show', bad], ['show', unreadable]].map((line) => run(line)));
  for (const { status, output } of texts)
    expect({ status, output }).toEqual({ status: 0, output: expect.not.stringContaining('ada') });

  const [refused, forged] = await Promise.all([
    run(['fix', bad, '--set', 'quantity:=1']),
    run(['fix', bad, '--unset', 'colour', '--set', 'trusted:=true']),
  ]);
  expect(refused).toMatchObject({ status: 2, output: '', errors: expect.stringMatching(/would still not be stored/) });
  expect(forged).toMatchObject({ status: 2, errors: expect.stringMatching(/trusted: set by the server/) });
  expect(await resultOf('fix', bad, '--unset', 'colour', '--dry-run')).toMatchObject({ stored: false });
  expect(await resultOf('replay', bad, '--dry-run')).toMatchObject({ dry_run: true, counts: { needs_fix: 1 } });
  expect(await resultOf('fix', bad, '--patch', '{"colour":null}')).toMatchObject({ stored: true });

  const all = await run(['replay', '--all']);
  expect(all).toMatchObject({ status: 1, output: expect.stringMatching(/needs_fix.*\n1 are stored, 1 not\n$/) });
  expect((await run(['replay', bad])).status).toBe(0);
  expect(await database.rows('select user_id, source, trusted from raw_product_views')).toEqual([
    { user_id: 'ada-lovelace', source: 'web', trusted: false },
  ]);
  expect((await run(['dismiss', unreadable])).status).toBe(0);
  const states = [ids(), ids('--state', 'replayed'), ids('--state', 'dismissed')];
  expect(await Promise.all(states)).toEqual([[], [bad], [unreadable]]);
});

test('shows a payload whole to the owner alone, who edits it and gives it back', async () => {
  await letters.deliver('product_views', [JSON.stringify({ ...EVENT, product_id: 7 })]);
  const [id = ''] = await ids();
  const denied = await run(['show', id, '--reveal']);
  expect(denied).toMatchObject({
    status: 2,
    output: '',
    errors: expect.stringMatching(/needs the owner's DATABASE_URL/),
  });
  const { payload } = JSON.parse((await run(['show', id, '--reveal', '--json'], database.url)).output);
  expect(payload).toEqual({ ...EVENT, product_id: 7 });
  const file = join(await mkdtemp(join(inject('runFolder'), 'letters-')), 'event.json');
  await writeFile(file, JSON.stringify({ ...payload, product_id: 'tea' }));
  expect((await run(['fix', id, '--file', file])).status).toBe(0);
  expect(await resultOf('replay', id)).toMatchObject({ replayed: 1, left: [] });
});

test('says which letter is not there', async () => {
  const lines = [
    ['show', '4711'],
    ['fix', '4711', '--set', 'a=b'],
    ['replay', '4711'],
  ];
  for (const ended of await Promise.all(lines.map((line) => run(line))))
    expect(ended).toMatchObject({ status: 2, errors: expect.stringMatching(/no (?:such )?dead letters?:? 4711/) });
});
