import { expect, test } from 'vitest';
import { deadLetterTile, redact } from '../../../local/page/dead-letters.ts';
import { readTiles, viewTiles } from '../../../local/page/tiles.ts';
import { insertNewDeadLetters } from '../../../repositories/dead-letters.repository.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';

test('reads every tile from the views as the BI role, and the dead letters as the writer', async () => {
  await withDatabase(async (database) => {
    await database.rows(
      `insert into live_revenue (minute, currency, orders, units, gross)
       values (date_trunc('minute', now()), 'EUR', 2, 3, 30.10), (date_trunc('minute', now()), 'USD', 1, 1, 5)`,
    );
    await database.rows(`insert into product_popularity values ('p1', date_trunc('hour', now()), 4, 1, 0)`);
    const [bi, writer] = [createNeonDatabase(database.biUrl), createNeonDatabase(database.writerUrl)];
    const payload = Buffer.from('{"user_id":"ada","product_id":"p1","context":{"page_url":"https://x"}}');
    const letter = {
      topic: 'purchases',
      partition: 3,
      offset: '17',
      reason: 'invalid_event' as const,
      detail: 'no "ada"',
    };
    await writer.query(insertNewDeadLetters([{ ...letter, payload }]));
    const tiles = await readTiles([
      ...viewTiles((text) => bi.query({ text, params: [] })),
      deadLetterTile((text) => writer.query({ text, params: [] })),
    ]);
    expect(tiles.filter(({ error }) => error !== undefined)).toEqual([]);
    const rows = Object.fromEntries(tiles.map((tile) => [tile.name, tile.rows]));
    expect(rows.realtime_revenue).toMatchObject([
      { currency: 'EUR', net: '30.10', orders: 2 },
      { currency: 'USD', net: '5' },
    ]);
    const [euros] = rows.realtime_revenue as { by_minute: number[] }[];
    expect(euros?.by_minute).toHaveLength(60);
    expect(euros?.by_minute.at(-1)).toBe(30.1);
    expect(rows.top_viewed_items).toMatchObject([{ product_id: 'p1', views: 4, cart_adds: 1 }]);
    expect(rows.active_sessions).toMatchObject([{ sessions: 0 }]);
    expect(rows.cart_trends).toHaveLength(24);
    expect(rows.dead_letters).toMatchObject([
      { ...letter, detail: 'no "…"', bytes: payload.length, replayed_at: null },
    ]);
    expect(rows.dead_letters?.[0]?.payload).toBe('{"user_id":"…","product_id":"p1","context":"…"}');
  });
});

test('shows of a broken payload nothing that names a person', () => {
  const cut = redact(Buffer.from('{"type":"product_view","e-mail":"ada@example.org","context":{"page_url":"https://'));
  expect(cut).toContain('product_view');
  expect(cut).not.toMatch(/ada|https/);
  expect(redact(Buffer.from('{"type":"purchase","name":"ada@example.org","phone":["ada"]}'))).toBe(
    '{"type":"purchase","name":"[redacted]","phone":"…"}',
  );
  expect(redact(Buffer.from('x'.repeat(1_000))).length).toBeLessThan(100);
});
