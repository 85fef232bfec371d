import { expect, test } from 'vitest';
import { type openTestDatabase, withDatabase } from '../brackets/database.ts';
import { store } from '../delivery/store.ts';

const view = (occurred_at: string) => ({ type: 'product_view', user_id: 'u', product_id: 'p', occurred_at });
type Rows = Awaited<ReturnType<typeof openTestDatabase>>['rows'];

/** How many rows stand in which partition. */
async function rowsByPartition(rows: Rows): Promise<Record<string, number>> {
  const found = await rows('select tableoid::regclass::text as name, count(*)::int from raw_product_views group by 1');
  return Object.fromEntries(found.map(({ name, count }) => [String(name), Number(count)]));
}

test('a backfill makes the partitions that it needs: years for what is long ago, months for what is not', async () => {
  await withDatabase(async ({ rows, ...database }) => {
    const month = new Date(Date.now() - 200 * 86_400_000).toISOString().slice(0, 7);
    await store({ rows, ...database }, [
      view('2003-01-31T00:00:00Z'),
      view('2003-12-31T23:59:59Z'),
      view(`${month}-10T00:00:00Z`),
    ]);
    expect(await rowsByPartition(rows)).toEqual({
      raw_product_views_2003: 2,
      [`raw_product_views_${month.replace('-', '_')}`]: 1,
    });
  });
});

test('a sender who makes up three hundred months makes a few dozen partitions, in one try', async () => {
  await withDatabase(async ({ rows, ...database }) => {
    const months = Array.from({ length: 320 }, (_, n) => new Date(Date.UTC(2000, n, 15)).toISOString());
    await store({ rows, ...database }, months.filter((at) => Date.parse(at) < Date.now()).map(view));
    const [made] = await rows(
      "select count(*)::int as n from pg_inherits where inhparent = 'raw_product_views'::regclass",
    );
    expect(made?.n).toBeLessThan(80);
  });
});

test('rows that wait in the default partition move when their partition is made', async () => {
  await withDatabase(async ({ rows, ...database }) => {
    await store({ rows, ...database }, [view('2003-01-31T00:00:00Z')]);
    await rows('alter table raw_product_views detach partition raw_product_views_2003');
    await rows('insert into raw_product_views select * from raw_product_views_2003');
    await rows('drop table raw_product_views_2003');
    expect(await rowsByPartition(rows)).toEqual({ raw_product_views_default: 1 });
    await rows("select ensure_partition('raw_product_views', '2003-05-01Z')");
    expect(await rowsByPartition(rows)).toEqual({ raw_product_views_2003: 1 });
  });
});
