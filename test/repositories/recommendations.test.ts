import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRecommended } from '../../repositories/recommendations.repository.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';

/** What the statement's caps add up to, with room for the row that each month reads ahead. */
const MAX_ROWS_READ = 12_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.rows(
    `select ensure_partition('raw_product_views', now() - interval '1 month'), ensure_partition('raw_product_views', now())`,
  );
  // Ten products that everybody looks at among 60,000 that hardly anybody does, one visitor who looks all day, and robots on the same products.
  await database.rows(`insert into raw_product_views
      (source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, session_id, trusted, is_bot, digest, product_id)
    select 'web', gen_random_uuid(), t, t, t, case when n % 3 = 0 then 'busy' end, 'a' || n % 5000, 's' || n % 9000, true, n % 4 = 0,
      gen_random_uuid(), 'p' || case when n % 2 = 0 then n / 2 % 10 else n end
    from (select n, now() - n * interval '20 seconds' as t from generate_series(1, 120000) n) e`);
  await database.rows(`insert into product_popularity (product_id, hour, views)
    select 'p' || n % 3000, date_trunc('hour', now(), 'UTC') - n / 500 * interval '1 hour', 5 from generate_series(1, 60000) n`);
  await database.rows('analyze raw_product_views, product_popularity');
}, 112_000);
afterAll(() => database.close());

/** What this transaction has read, whatever function did so. */
const ROWS_READ = `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as rows from pg_stat_xact_user_tables`;

test.each([
  ['a busy user', { id: 'busy', followLinks: true }],
  ['a busy browser', { id: 'a1', followLinks: false }],
  ['nobody known', { id: 'nobody', followLinks: true }],
])('reads a bounded number of rows for %s, whatever the history', async (_, visitor) => {
  const { text, params } = listRecommended({ visitor, limit: 20 });
  const reader = new pg.Client({ connectionString: database.readerUrl });
  await reader.connect();
  try {
    await reader.query('begin');
    const { rowCount } = await reader.query(text, [...params]);
    expect(rowCount).toBe(20);
    const read = await reader.query(ROWS_READ);
    expect(read.rows[0].rows).toBeLessThan(MAX_ROWS_READ);
  } finally {
    await reader.end();
  }
});
