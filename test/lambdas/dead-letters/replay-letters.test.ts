import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../../lambdas/dead-letters/merge-patch.ts';
import { erasePerson } from '../../../lambdas/people/erase-person.ts';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit } from '../../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { lettersOf } from './letters.ts';

let database: TestDatabase;
let letters: ReturnType<typeof lettersOf>;
beforeAll(async () => {
  database = await openTestDatabase();
  letters = lettersOf(database);
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const NOW = Date.now();
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const view = (n: number, fields: object = {}) =>
  JSON.stringify({
    ...{
      type: 'product_view',
      event_id: uuid(n),
      occurred_at: at(5),
      received_at: at(4),
      source: 'web',
      trusted: false,
    },
    ...{ user_id: 'ada', product_id: 'tea', ...fields },
  });
const shop = { source: 'shop', trusted: true, user_id: 'ada', order_id: 'o', received_at: at(1) };
const purchase = (fields: object = {}) =>
  JSON.stringify({
    ...{ type: 'purchase', event_id: uuid(50), occurred_at: at(9), ...shop, currency: 'EUR' },
    ...{ items: [{ product_id: 'tea', quantity: 1, unit_price: '20' }], ...fields },
  });
const refund = (fields: object = {}) =>
  JSON.stringify({
    type: 'refund',
    event_id: uuid(60),
    occurred_at: at(8),
    ...shop,
    currency: 'USD',
    amount: '7',
    ...fields,
  });
const set = (path: string, value: string | number) => ({ values: [[path.split('.'), value] as const] });
const counts = async () =>
  (await database.rows('select views::int, cart_adds::int, units_sold::int from product_popularity')).at(0);
const outcomes = async (options = {}) => (await letters.replay(options)).map(({ outcome }) => outcome);

async function expectNoDifference(): Promise<void> {
  const differences = await withSession(database.url, (session) => audit(session, aggregates, () => undefined));
  expect([...differences.values()]).toEqual(aggregates.map(() => 0));
}

test('a fixed record is counted once, however often and by however many it is replayed', async () => {
  await letters.deliver('product_views', [view(1, { product_id: 7 }), view(2)]);
  const [letter] = await letters.all();
  if (letter !== undefined) await letters.fix(letter, set('product_id', 'tea'));
  const both = await Promise.all([letters.replay(), letters.replay()]);
  expect(both.flat().map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['replayed', 'already_replayed']));
  expect(await outcomes()).toEqual(['already_replayed']);
  expect(await counts()).toMatchObject({ views: 2 });
  await expectNoDifference();
});

test('what needs no fix any more is stored, what does is named and keeps waiting', async () => {
  await letters.deliver('cart_events', [view(1), 'not json', view(2, { product_id: '' })]);
  expect(await letters.replay()).toEqual([
    { id: expect.any(String), outcome: 'replayed' },
    { id: expect.any(String), outcome: 'needs_fix', detail: 'record: it is no JSON object' },
    { id: expect.any(String), outcome: 'needs_fix', detail: expect.stringMatching(/^product_id: /) },
  ]);
  expect((await letters.all()).map(({ replayed_at }) => replayed_at !== null)).toEqual([true, false, false]);
});

test('another event under the same key is never taken for the one that waits', async () => {
  await letters.deliver('product_views', [view(1, { product_id: '' })]);
  await letters.deliver('product_views', [view(1)]);
  const [letter] = await letters.all();
  if (letter !== undefined) await letters.fix(letter, set('product_id', 'cup'));
  expect(await outcomes({ dryRun: true })).toEqual(['conflict']);
  expect(await outcomes()).toEqual(['conflict']);
  expect((await letters.all()).map(({ replayed_at }) => replayed_at)).toEqual([null]);
});

test('what the database refuses is found among others, which are stored', async () => {
  await database.rows("alter table raw_product_views add constraint no_cup check (product_id <> 'cup')");
  try {
    await letters.deliver(
      'product_views',
      [1, 2, 3, 4, 5].map((n) => view(n, { product_id: n === 3 ? 'cup' : '' })),
    );
    for (const letter of (await letters.all()).filter(({ reason }) => reason === 'invalid_event'))
      await letters.fix(letter, set('product_id', 'tea'));
    expect(await outcomes()).toEqual(expect.arrayContaining(['refused', ...Array(4).fill('replayed')]));
    expect(await counts()).toMatchObject({ views: 4 });
    expect(await letters.all()).toHaveLength(5);
  } finally {
    await database.rows('alter table raw_product_views drop constraint no_cup');
  }
  expect((await outcomes()).filter((outcome) => outcome === 'replayed')).toHaveLength(1);
});

test('no letter is marked whose row was not stored with it', async () => {
  await letters.deliver('product_views', [view(1, { product_id: '' })]);
  const [letter] = await letters.all();
  if (letter !== undefined) await letters.fix(letter, set('product_id', 'tea'));
  await database.rows('alter table product_popularity rename to hidden');
  await expect(letters.replay()).rejects.toMatchObject({ code: 'database_unavailable' });
  await database.rows('alter table hidden rename to product_popularity');
  expect((await letters.all()).map(({ replayed_at }) => replayed_at)).toEqual([null]);
  expect(await database.rows('select from raw_product_views')).toEqual([]);
});

test('a dry run changes nothing', async () => {
  await letters.deliver('cart_events', [view(1)]);
  expect(await outcomes({ dryRun: true })).toEqual(['replayed']);
  expect(await counts()).toBeUndefined();
  expect(await outcomes()).toEqual(['replayed']);
});

test('what may have been stored, counted and dropped is not stored again', async () => {
  await letters.deliver('cart_events', [view(1)]);
  expect(await outcomes({ now: new Date(Date.now() + 31 * 86_400_000) })).toEqual(['too_old']);
  await letters.deliver('product_views', [purchase()]);
  const later = await letters.replay({ now: new Date(Date.now() + 400 * 86_400_000) });
  expect(later.map(({ outcome }) => outcome)).toEqual(['too_old', 'replayed']);
});

test('a refund in the wrong currency is paid once in the right one, at the time when it was asked for', async () => {
  const sent_at = at(3);
  await letters.deliver('purchases', [purchase(), refund({ sent_at, amount: '7.00' })]);
  const [letter] = await letters.all();
  expect(letter?.reason).toBe('refund_currency');
  expect(await outcomes()).toEqual(['needs_fix']);
  if (letter !== undefined) {
    await expect(letters.fix(letter, set('amount', '8'))).rejects.toThrow(/currency: must not stay USD/);
    await expect(letters.fix(letter, set('order_id', 'p'))).rejects.toThrow(/keeps its type and its order_id/);
    await letters.fix(letter, set('currency', 'EUR'));
  }
  expect(await outcomes()).toEqual(['replayed']);
  expect(await outcomes()).toEqual(['already_replayed']);
  expect(await database.rows('select refunded::float8, jsonb_array_length(refunds) as refunds from orders')).toEqual([
    { refunded: 7, refunds: 1 },
  ]);
  const times = await database.rows('select distinct event_at from raw_purchases where type = $1', ['refund']);
  expect(times).toHaveLength(1);
  // An earlier purchase in the refund's first currency wins the order: the two still never count together.
  await letters.deliver('purchases', [purchase({ event_id: uuid(51), occurred_at: at(30), currency: 'USD' })]);
  expect(await database.rows('select refunded::float8, jsonb_array_length(refunds) as refunds from orders')).toEqual([
    { refunded: 7, refunds: 1 },
  ]);
  await expectNoDifference();
});

test('nobody who was erased comes back through a letter, and a fix that names a person goes with them', async () => {
  await letters.deliver('product_views', ['not json', 'no json either']);
  const [named, late] = await letters.all();
  const event = { ...JSON.parse(view(1)), received_at: undefined, source: undefined, trusted: undefined };
  const whole = JSON.parse(JSON.stringify(event)) as Json;
  if (named !== undefined) await letters.fix(named, { whole });
  await erasePerson(createNeonDatabase(database.peopleUrl), { userId: 'ada' });
  expect((await letters.all()).map(({ id }) => id)).toEqual([late?.id]);
  if (late !== undefined) await letters.fix(late, { whole });
  expect(await outcomes()).toEqual(['erased']);
  expect(await database.rows('select from raw_product_views')).toEqual([]);
});
