import { expect, test } from 'vitest';
import type { EventRecord } from '../../../events/record.ts';
import { erasePerson } from '../../../lambdas/people/erase-person.ts';
import { finishErasures } from '../../../lambdas/people/finish-erasures.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';
import { during, expectWaiting } from '../../brackets/open-transaction.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { expectAudited } from '../../delivery/expect-oracle-tables.ts';
import { aRecord, store } from '../../delivery/store.ts';
import { tablesThatHold } from '../../delivery/traces.ts';

const EVENTS = 501;
const PEOPLE = ['erased-0', 'erased-1', 'erased-2', 'erased-3'];
/** A full cycle: the step shares no divisor with the size. */
const shuffled = (step: number) => Array.from({ length: EVENTS }, (_, n) => (n * step) % EVENTS);

/** Few people on many devices, who view, fill carts, log in and buy, all at once. */
function rush(): EventRecord[] {
  const at = Date.now() - 86_400_000;
  return Array.from({ length: EVENTS }, (_, n) => {
    const product_id = `p${n % 5}`;
    const user_id = n % 3 === 0 ? `stays-${n % 4}` : `erased-${n % 4}`;
    const device = { anonymous_id: `${user_id}-device-${n % 5}`, session_id: `${user_id}-visit-${n % 11}` };
    const items = [{ product_id, quantity: 1, unit_price: '2.00' }];
    const kinds = [
      { type: 'product_view', ...device, product_id },
      { type: 'product_view', ...device, user_id, product_id },
      { type: 'add_to_cart', ...device, product_id, quantity: 2 },
      { type: 'purchase', user_id, order_id: `o${n % 200}`, currency: 'EUR', items },
      { type: 'identify', user_id, anonymous_id: device.anonymous_id },
      { type: 'purchase', ...device, order_id: `o${n % 200}`, currency: 'EUR', items },
      { type: 'refund', user_id, order_id: `o${n % 200}`, currency: 'EUR', amount: '0.50' },
    ];
    return aRecord({
      ...kinds[n % kinds.length],
      occurred_at: new Date(at + n * 1_000).toISOString(),
      received_at: new Date(at + EVENTS * 1_000).toISOString(),
    });
  });
}

test('people who are erased while four consumers get their events leave no trace, no difference and no deadlock', async () => {
  await withDatabase(async (database) => {
    const records = rush();
    const consumers = consumersOn(createNeonDatabase(database.writerUrl));
    const people = createNeonDatabase(database.peopleUrl);
    let isDelivered = false;
    const erasures = async () => {
      for (let round = 0; !isDelivered; round += 1) await erasePerson(people, { userId: `erased-${round % 4}` });
    };
    const order = [...shuffled(7), ...shuffled(11)];
    const delivery = deliver(consumers, records, { order, sizes: [40, 90, 15], workers: 4 }).finally(() => {
      isDelivered = true;
    });
    await Promise.all([delivery, erasures(), erasures()]);
    await expectAudited(database);
    for (const userId of PEOPLE) await erasePerson(people, { userId });
    await deliver(consumers, records, { order: shuffled(13), sizes: [200], workers: 4 });
    await finishErasures(createNeonDatabase(database.maintainerUrl));
    await expectAudited(database);
    expect(await tablesThatHold(database, ['erased-'])).toEqual([]);
    const orders = new Set(records.flatMap(({ event }) => (event.type === 'purchase' ? [event.order_id] : []))).size;
    expect(
      await database.rows('select sum(orders)::int as orders, sum(gross)::int as gross from live_revenue'),
    ).toEqual([{ orders, gross: 2 * orders }]);
    expect(await database.rows('select receipt from erasures where finished_at is null')).toEqual([]);
  });
}, 180_000);

test('who returns while the erasure is about to begin starts afresh, with a cart that is right', async () => {
  await withDatabase(async (database) => {
    const add = { type: 'add_to_cart', user_id: 'ada', product_id: 'tea', quantity: 1 };
    await store(database, [add]);
    const lock = { text: "select from persons where user_id = 'ada' for update", params: [] };
    const erasing = { text: "select advance_erasure(request_erasure('ada'), 1)", params: [] };
    await during(database.url, [lock], async (commit, run) => {
      const storing = store(database, [{ ...add, received_at: new Date(Date.now() + 60_000).toISOString() }]);
      await expectWaiting(database, 'Lock');
      await run(erasing);
      await commit();
      await storing;
    });
    await finishErasures(createNeonDatabase(database.maintainerUrl));
    expect(await database.rows('select user_id, quantity from user_cart_summary')).toEqual([
      { user_id: 'ada', quantity: '1' },
    ]);
    await expectAudited(database);
  });
});
