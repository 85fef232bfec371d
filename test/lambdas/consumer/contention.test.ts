import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventRecord, parseRecord } from '../../../events/record.ts';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit } from '../../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { consumersOn, deliver } from '../../delivery/deliver.ts';
import { storedTables } from '../../oracle/stored-tables.ts';
import { tablesOf } from '../../oracle/tables.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const EVENTS = 4_000;
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** A fixed shuffle: a full cycle through 0 … size−1, since the step shares no divisor with a power of two. */
const shuffled = (size: number, step: number) => Array.from({ length: size }, (_, n) => (n * step) % size);

/** A busy hour: few products, half of all events on one of them, people who log in, buy and send back. */
function busyHour(): EventRecord[] {
  return shuffled(4_096, 2_053)
    .slice(0, EVENTS)
    .map((n) => {
      const product_id = n % 2 === 0 ? 'hot' : `p${n % 40}`;
      const anonymous = { anonymous_id: `a${n % 97}`, session_id: `s${n % 97}` };
      const line = { product_id, quantity: 1, unit_price: '9.99' };
      const order = { user_id: `u${n % 31}`, order_id: `o${n % 160}`, currency: 'USD' };
      const kinds = [
        { type: 'product_view', ...anonymous, product_id, name: `Name ${n % 3}` },
        { type: 'product_view', ...anonymous, product_id, user_id: `u${n % 31}` },
        { type: 'add_to_cart', ...anonymous, product_id, quantity: 2 },
        { type: 'add_to_cart', user_id: `u${n % 31}`, session_id: `s${n % 97}`, product_id, quantity: 1 },
        { type: 'purchase', ...order, items: [line, { ...line, product_id: 'hot' }] },
        { type: 'refund', ...order, amount: '1' },
        { type: 'identify', anonymous_id: `a${n % 97}`, user_id: `u${n % 31}` },
      ];
      const occurred_at = new Date(Date.parse('2026-11-10T10:00:00Z') + n * 250).toISOString();
      const stamp = { source: 'shop', trusted: true, received_at: '2026-11-10T12:00:00Z' };
      const parsed = parseRecord({ ...kinds[n % kinds.length], ...stamp, event_id: uuid(n), occurred_at });
      if (!parsed.success) throw new Error(JSON.stringify(parsed.issues));
      return parsed.data;
    });
}

test('four consumers that get the same events twice, in different orders, never deadlock and count each once', async () => {
  const records = busyHour();
  const consumers = consumersOn(createNeonDatabase(database.writerUrl));
  const order = [...shuffled(EVENTS, 1_597), ...shuffled(EVENTS, 2_311)];
  await deliver(consumers, records, { order, sizes: [300, 500, 200], workers: 4 });
  const counts = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  expect([...counts.values()]).toEqual(aggregates.map(() => 0));
  expect(await storedTables(createNeonDatabase(database.url))).toEqual(tablesOf(records));
  const [row] = await database.rows('select deadlocks from pg_stat_database where datname = current_database()');
  expect(Number(row?.deadlocks)).toBe(0);
}, 180_000);
