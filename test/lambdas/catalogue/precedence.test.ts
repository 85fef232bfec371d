import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { dropExpiredPartition } from '../../../repositories/partitions.repository.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { store } from '../../delivery/store.ts';
import { catalogueOn } from './catalogue-api.ts';
import { expectDerived } from './expect-derived.ts';

let database: TestDatabase;
let put: ReturnType<typeof catalogueOn>['put'];
beforeAll(async () => {
  database = await openTestDatabase();
  ({ put } = catalogueOn(database));
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));
afterEach(() => expectDerived(database));

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const view = (fields: Record<string, unknown> = {}) => ({
  type: 'product_view',
  user_id: 'u',
  product_id: 'tea',
  ...fields,
});
const SHOWN = 'product_id, name, category, brand, unit_price::text, currency, available, hidden';
const shown = () => database.rows(`select ${SHOWN} from products order by product_id`);
const NOTHING = { name: null, category: null, brand: null, unit_price: null, currency: null };
const aRow = (fields: Record<string, unknown> = {}) => ({
  product_id: 'tea',
  ...NOTHING,
  available: true,
  hidden: false,
  ...fields,
});

const SAID = { name: 'Green Tea', category: 'drinks', brand: 'Junip', unit_price: '4.50', currency: 'EUR' };
const VIEWED = { name: 'tea, green', category: 'misc', brand: 'n/a', unit_price: '9', currency: 'USD' };

test('what the catalogue says wins over what events said and will say', async () => {
  await store(database, [view(VIEWED)]);
  await put({ product_id: 'tea', ...SAID });
  await put({ product_id: 'cup', name: 'Cup' });
  expect(await shown()).toEqual([aRow({ product_id: 'cup', name: 'Cup' }), aRow(SAID)]);
  await store(database, [view({ ...VIEWED, name: 'new' }), view({ ...VIEWED, product_id: 'cup' })]);
  expect(await shown()).toEqual([aRow({ ...VIEWED, product_id: 'cup', name: 'Cup' }), aRow(SAID)]);
});

test('null takes back what the catalogue said, and the newest events count, whenever they came', async () => {
  const named = (name: string, days: number) => view({ name, occurred_at: daysAgo(days) });
  await store(database, [view({ ...VIEWED, occurred_at: daysAgo(9) })]);
  await put({ product_id: 'tea', ...SAID });
  await store(database, [named('newest', 1), named('older', 5)]);
  await put({ product_id: 'tea', name: null, unit_price: null });
  expect(await shown()).toEqual([
    aRow({ ...SAID, name: 'newest', unit_price: VIEWED.unit_price, currency: VIEWED.currency }),
  ]);
  await store(database, [named('older still', 7), named('today', 0)]);
  expect(await shown()).toMatchObject([{ name: 'today' }]);
});

test('what nothing else says is gone once it is taken back, and what was never said stays as it is', async () => {
  await put({ product_id: 'tea', ...SAID, hidden: true });
  await put({ product_id: 'tea', name: null, category: null, brand: null, unit_price: null });
  expect(await shown()).toEqual([aRow({ hidden: true })]);
  await store(database, [view(VIEWED)]);
  await put({ product_id: 'tea', name: null, unit_price: null, currency: 'EUR' });
  expect(await shown()).toEqual([aRow({ ...VIEWED, hidden: true })]);
});

test('an absent field leaves what earlier requests said', async () => {
  await put({ product_id: 'tea', ...SAID, available: false });
  await put({ product_id: 'tea', brand: 'Aldern' });
  await put({ product_id: 'tea', unit_price: 5, currency: 'USD' });
  await put({ product_id: 'tea', hidden: true });
  await put({ product_id: 'tea' });
  expect(await shown()).toEqual([
    aRow({ ...SAID, brand: 'Aldern', unit_price: '5', currency: 'USD', available: false, hidden: true }),
  ]);
});

test('a product that is named twice is taken as if sent one after the other', async () => {
  const { answer } = await put(
    { product_id: 'tea', ...SAID },
    { product_id: 'tea', name: 'Tea', unit_price: null },
    { product_id: 'tea', name: 7 },
  );
  expect(answer).toMatchObject({ accepted: 2, rejected: [{ index: 2, product_id: 'tea', path: 'name' }] });
  expect(await shown()).toEqual([aRow({ ...SAID, name: 'Tea', unit_price: null, currency: null })]);
});

test('the same request again writes no product anew', async () => {
  const written = () => database.rows('select *, xmin::text from products');
  await put({ product_id: 'tea', ...SAID, hidden: true });
  const before = await written();
  expect((await put({ product_id: 'tea', ...SAID, hidden: true })).answer).toEqual({ accepted: 1, rejected: [] });
  expect(await written()).toEqual(before);
  await put({ product_id: 'tea', unit_price: 4.5, currency: 'EUR' });
  expect(await shown()).toEqual([aRow({ ...SAID, unit_price: '4.5', hidden: true })]);
});

test('keeps text as it was sent, whatever it looks like to SQL or to an array literal', async () => {
  const nasty = ['NULL', '{a,"b"}', '\\"', "'; drop table products; --", ' ', 'ü😀', '$1', 'tab\tnewline\n'];
  await put(...nasty.map((text) => ({ product_id: text, name: text })));
  const rows = await database.rows('select product_id, name from products');
  expect(rows).toHaveLength(nasty.length);
  expect(rows).toEqual(expect.arrayContaining(nasty.map((text) => ({ product_id: text, name: text }))));
});

test('outlives the events beside it, which come back from the archive', async () => {
  const long_ago = { occurred_at: daysAgo(100), received_at: daysAgo(100) };
  await store(database, [view({ ...VIEWED, ...long_ago })]);
  await put({ product_id: 'tea', ...SAID });
  const drop = dropExpiredPartition('raw_product_views', daysAgo(36));
  expect(await createNeonDatabase(database.maintainerUrl).query(drop)).toMatchObject([{ dropped: expect.any(String) }]);
  await expectDerived(database);
  expect(await shown()).toEqual([aRow(SAID)]);
  await put({ product_id: 'tea', name: null, category: null, brand: null, unit_price: null });
  expect(await shown()).toEqual([aRow(VIEWED)]);
});

test('of two requests the one received later wins, whichever comes to the database first', async () => {
  const at = (time: string) => catalogueOn(database, () => new Date(time));
  await at('2026-11-01T12:00:00.002Z').put({ product_id: 'tea', name: 'later', unit_price: null });
  await at('2026-11-01T12:00:00.001Z').put({ product_id: 'tea', ...SAID, hidden: true });
  expect(await shown()).toEqual([aRow({ ...SAID, name: 'later', unit_price: null, currency: null, hidden: true })]);
  await at('2026-11-01T12:00:00.003Z').put({ product_id: 'tea', name: null, hidden: false });
  await at('2026-11-01T12:00:00.002Z').put({ product_id: 'tea', name: 'late', hidden: true });
  expect(await shown()).toMatchObject([{ name: null, hidden: false }]);
});
