import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { store } from '../../delivery/store.ts';
import { catalogueOn } from './catalogue-api.ts';
import { expectDerived } from './expect-derived.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

type Said = Record<string, string | null | undefined>;
type Step = { kind: 'put'; id: string; said: Said } | { kind: 'view'; id: string; said: Said; second: number };
type Shown = Record<'product_id' | 'name' | 'category' | 'brand' | 'unit_price', string | null>;

const ATTRIBUTES = ['name', 'category', 'brand', 'unit_price'] as const;
const id = fc.constantFrom('a', 'b');
const word = fc.constantFrom('1', '2', '3');
const said = (value: fc.Arbitrary<string | null>): fc.Arbitrary<Said> =>
  fc.record(Object.fromEntries(ATTRIBUTES.map((name) => [name, value])), { requiredKeys: [] });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, said: said(fc.option(word)) }),
  fc.record({ kind: fc.constant('view' as const), id, said: said(word), second: fc.nat({ max: 3_000 }) }),
);
const steps = fc.array(step, { minLength: 1, maxLength: 12 }).map((all) => {
  // No two events at the same instant: which of them is the newer is said elsewhere.
  const seconds = new Set<number>();
  return all.filter((one) => one.kind === 'put' || (!seconds.has(one.second) && seconds.add(one.second)));
});

/** What should be shown: what requests said last, else what the newest event with the attribute says. */
function modelOf(all: readonly Step[]): Shown[] {
  return [...new Set(all.map((one) => one.id))].sort().map((product_id) => {
    const own = all.filter((one) => one.id === product_id);
    const puts = own.filter((one) => one.kind === 'put');
    const views = own.filter((one) => one.kind === 'view').sort((x, y) => y.second - x.second);
    const value = (name: string) =>
      puts.findLast((one) => one.said[name] !== undefined)?.said[name] ??
      views.find((one) => one.said[name] !== undefined)?.said[name] ??
      null;
    return {
      product_id,
      name: value('name'),
      category: value('category'),
      brand: value('brand'),
      unit_price: value('unit_price'),
    };
  });
}

async function take(one: Step, start: number): Promise<void> {
  const priced = { ...one.said, ...(typeof one.said.unit_price === 'string' ? { currency: 'EUR' } : {}) };
  const product = { product_id: one.id, ...priced };
  if (one.kind === 'put') expect((await catalogueOn(database).put(product)).status).toBe(200);
  else
    await store(database, [
      {
        type: 'product_view',
        user_id: 'u',
        ...product,
        occurred_at: new Date(start + one.second * 1_000).toISOString(),
      },
    ]);
}

test('whatever events and requests come in whatever order, a product shows what was said of it by whom it counts', async () => {
  const start = Date.now() - 86_400_000;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await emptyTables(database);
      for (const one of all) await take(one, start);
      const shown = 'product_id, name, category, brand, unit_price::text';
      expect(await database.rows(`select ${shown} from products order by 1`)).toEqual(modelOf(all));
      await expectDerived(database);
    }),
    { numRuns: 60 },
  );
}, 120_000);
