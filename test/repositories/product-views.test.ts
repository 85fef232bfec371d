import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventRecord } from '../../events/record.ts';
import { withDatabase } from '../brackets/database.ts';
import { aRecord, store, storeRecords } from '../delivery/store.ts';

const NASTY = [
  'NULL',
  'null',
  '{a,"b"}',
  '\\',
  '\\"',
  '"',
  "'; drop table products; --",
  'a,b',
  ' ',
  'ü😀',
  'tab\tnewline\n',
  '$1',
  '%s',
];

test('keeps every text as it was sent, whatever it looks like to SQL or to an array literal', async () => {
  await withDatabase(async (database) => {
    const context = { page_url: 'https://shop.example/?q="{\\}"', user_agent: 'NULL' };
    await store(
      database,
      NASTY.map((text) => ({
        type: 'product_view',
        user_id: text,
        session_id: text,
        product_id: text,
        name: text,
        context,
      })),
    );
    const rows = await database.rows('select user_id, session_id, product_id, name, context from raw_product_views');
    const sent = NASTY.map((text) => ({ user_id: text, session_id: text, product_id: text, name: text, context }));
    expect(rows).toHaveLength(NASTY.length);
    expect(rows).toEqual(expect.arrayContaining(sent));
    expect(await database.rows('select count(*)::int as n from user_sessions')).toEqual([{ n: NASTY.length }]);
  });
});

const AT = Date.now() - 60_000;
const at = (ms: number, micros = '') => new Date(AT + ms).toISOString().replace('Z', `${micros}Z`);
async function nameOfTea(batches: readonly EventRecord[][]): Promise<unknown> {
  let rows: unknown[] = [];
  await withDatabase(async (database) => {
    for (const batch of batches) await storeRecords(database, batch);
    rows = await database.rows("select name from products where product_id = 'tea'");
  });
  return rows;
}
const named = (name: string | undefined, occurred_at: string, fields = {}) =>
  aRecord({ type: 'product_view', user_id: 'u', product_id: 'tea', name, occurred_at, ...fields });

test('the newest view that was not refused says how a product is called', async () => {
  const event_id = randomUUID();
  const received_at = new Date().toISOString();
  const sent_at = new Date(Date.parse(received_at) - 30_000).toISOString();
  const first = named('first', at(0), { event_id });
  // The same id with other content, and a clock that makes it the newest of its batch.
  const refused = named('refused', at(0), { event_id, received_at, sent_at });
  expect(await nameOfTea([[first], [refused, named('second', at(10_000))]])).toEqual([{ name: 'second' }]);
});

test('of views of one millisecond the later microsecond counts, and what says nothing takes nothing back', async () => {
  const views = [named('earlier', at(0, '100')), named('later', at(0, '900')), named(undefined, at(5))];
  expect(await nameOfTea([views])).toEqual([{ name: 'later' }]);
  expect(await nameOfTea([[...views].reverse()])).toEqual([{ name: 'later' }]);
});
