import { expect, test } from 'vitest';
import { readTiles } from '../../../local/page/tiles.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';

test('reads every tile from the views as the BI role', async () => {
  await withDatabase(async (database) => {
    await database.rows(
      `insert into live_revenue (minute, currency, orders, units, gross)
       values (date_trunc('minute', now()), 'EUR', 2, 3, 30.10), (date_trunc('minute', now()), 'USD', 1, 1, 5)`,
    );
    await database.rows(`insert into product_popularity values ('p1', date_trunc('hour', now()), 4, 1, 0)`);
    const bi = createNeonDatabase(database.biUrl);
    const tiles = await readTiles((text) => bi.query({ text, params: [] }));
    expect(tiles.filter(({ error }) => error !== undefined)).toEqual([]);
    const rows = Object.fromEntries(tiles.map((tile) => [tile.name, tile.rows]));
    expect(rows.realtime_revenue).toMatchObject([
      { currency: 'EUR', net: '30.10', orders: '2' },
      { currency: 'USD', net: '5' },
    ]);
    expect(rows.top_viewed_items).toMatchObject([{ product: 'p1', views: '4', cart_adds: '1' }]);
    expect(rows.active_sessions).toMatchObject([{ sessions: '0' }]);
    expect(rows.cart_trends).toHaveLength(12);
  });
});
