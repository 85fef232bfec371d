import { expect, test } from 'vitest';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';
import { consumersOn } from '../../delivery/deliver.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';
import { tablesThatHold } from '../../delivery/traces.ts';

const ID = 'who-denies';

test('holds records that others write to a topic to their consent: nothing stored without it, nobody named where that is denied', async () => {
  await withDatabase(async (database) => {
    const consumers = consumersOn(createNeonDatabase(database.writerUrl));
    const said = {
      received_at: new Date().toISOString(),
      occurred_at: new Date(Date.now() - 1_000).toISOString(),
      trusted: true,
    };
    const record = (n: number, fields: Record<string, unknown>) =>
      JSON.stringify({
        ...said,
        event_id: `00000000-0000-4000-8000-00000000000${n}`,
        user_id: ID,
        session_id: ID,
        ...fields,
      });
    const line = { product_id: 'tea', quantity: 1, unit_price: '4' };
    const give = async () => {
      for (const [topic, fields] of [
        ['product_views', { type: 'product_view', product_id: 'tea' }],
        ['cart_events', { type: 'add_to_cart', ...line, currency: 'EUR' }],
        ['purchases', { type: 'purchase', order_id: 'o1', currency: 'EUR', items: [line] }],
      ] as const) {
        const values = [
          record(1, { ...fields, consent: { storage: false } }),
          record(2, { ...fields, consent: { personalisation: false } }),
        ];
        await consumers[topic](mskEvent(values.map((value, offset) => mskRecord(topic, offset, value))));
      }
    };
    await give();
    await give();
    expect(await database.rows('select views, cart_adds, units_sold from product_popularity')).toEqual([
      { views: '1', cart_adds: '1', units_sold: '1' },
    ]);
    expect(await database.rows('select orders, net from live_revenue')).toEqual([{ orders: '1', net: '4' }]);
    for (const table of ['persons', 'user_sessions', 'user_cart_summary', 'user_purchase_history', 'dead_letters'])
      expect([table, await database.rows(`select * from ${table}`)]).toEqual([table, []]);
    expect(await database.rows('select * from analytics.conversion_funnel')).toEqual([]);
    expect(await tablesThatHold(database, [ID])).toEqual([]);
    await expectAudited(database);
  });
});
