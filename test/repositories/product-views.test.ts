import { expect, test } from 'vitest';
import { withDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

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
